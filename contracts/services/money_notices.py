"""What people are told when money is let go or sent back, and what our staff do with it by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Instruction, Refund, Release
from contracts.services.telling import (
    PAYING,
    about,
    about_milestone,
    brief,
    members,
    money_watchers,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text, money_text


@dataclass(frozen=True, slots=True)
class Words:
    """One movement in the words of each side, and why it was made."""

    to_expert: str
    to_client: str
    why: str


# --- Let go

RELEASED: Mapping[str, Words] = {
    Release.Kind.APPROVED: Words(
        gettext_noop("Milestone %(number)d is yours: %(amount)s released to you"),
        gettext_noop("Released: %(amount)s to %(expert)s for milestone %(number)d"),
        gettext_noop("%(client)s approved the work."),
    ),
    Release.Kind.PART: Words(
        gettext_noop("A part of milestone %(number)d is yours: %(amount)s released to you"),
        gettext_noop("Part released: %(amount)s to %(expert)s for milestone %(number)d"),
        gettext_noop("%(client)s released it ahead of the rest."),
    ),
    Release.Kind.UNANSWERED: Words(
        gettext_noop("Nobody answered, so milestone %(number)d is yours: %(amount)s released"),
        gettext_noop("Released without an answer: %(amount)s to %(expert)s, milestone %(number)d"),
        gettext_noop("The review window ended and nobody had answered."),
    ),
    Release.Kind.AGREED: Words(
        gettext_noop("As agreed, %(amount)s of milestone %(number)d are released to you"),
        gettext_noop("As agreed, %(amount)s released to %(expert)s for milestone %(number)d"),
        gettext_noop("You both agreed how the held money is shared."),
    ),
    Release.Kind.DECIDED: Words(
        gettext_noop("As decided, %(amount)s of milestone %(number)d are released to you"),
        gettext_noop("As decided, %(amount)s released to %(expert)s for milestone %(number)d"),
        gettext_noop("The dispute was decided."),
    ),
    Release.Kind.HOLD_LIMIT: Words(
        gettext_noop("The limit is reached: %(amount)s of milestone %(number)d released to you"),
        gettext_noop(
            "The limit is reached: %(amount)s released to %(expert)s, milestone %(number)d"
        ),
        gettext_noop("Money may not be held any longer, and the work had been handed in."),
    ),
    Release.Kind.BONUS: Words(
        gettext_noop("A bonus for you: %(amount)s from %(client)s"),
        gettext_noop("Bonus paid: %(amount)s to %(expert)s"),
        gettext_noop("A bonus is released as soon as it is paid."),
    ),
    Release.Kind.WON_BACK: Words(
        gettext_noop("Won back: %(amount)s of milestone %(number)d released to you"),
        gettext_noop("Won back: %(amount)s released to %(expert)s for milestone %(number)d"),
        gettext_noop("The bank gave back what it had taken, and the rest was released before."),
    ),
    Release.Kind.OUTSIDE: Words(
        gettext_noop("%(amount)s of milestone %(number)d were released to you"),
        gettext_noop("Released: %(amount)s to %(expert)s for milestone %(number)d"),
        gettext_noop("It was sent at our payment provider."),
    ),
    Release.Kind.HOURS: Words(
        gettext_noop("Your hours are released: %(amount)s from %(client)s"),
        gettext_noop("Hours released: %(amount)s to %(expert)s"),
        gettext_noop("The hours were approved, or nobody answered in time."),
    ),
}


@in_readers_languages
def release_was_made(release: Release, at: datetime) -> None:
    """Tell the expert what is theirs and when it leaves, and give those who pay a receipt."""
    milestone = release.milestone
    contract, words = milestone.contract, RELEASED[release.kind]
    values = of_milestone(milestone) | {
        "amount": money_text(release.gross),
        "net": money_text(release.net),
        "title": brief(contract.title),
    }

    def to_expert(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step=f"released-{release.number}",
            subject=_(words.to_expert) % values,
            body=f"{_(words.why) % values} {_when_it_leaves(values, at)}",
            action=_("Open your earnings"),
            url=reverse("contracts:earnings"),
        )

    def to_client(user: User) -> Message:
        final = _("The release for %(title)s is final. %(held)s stay held for this milestone.")
        return about_milestone(
            milestone,
            user,
            step=f"released-{release.number}",
            subject=_(words.to_client) % values,
            body=f"{_(words.why) % values} {final % values}",
            action=_("Open the statement with its invoices"),
            url=reverse("contracts:spend-contract", args=[contract.public_id]),
        )

    tell([contract.expert.user], to_expert, at)
    tell(members(contract.organisation_id, PAYING), to_client, at)


def _when_it_leaves(values: Mapping[str, object], at: datetime) -> str:
    if not settings.CLEARING_DAYS:
        return _("%(net)s, after our fee, are on their way to your payout account.") % values
    leaves = at + timedelta(days=settings.CLEARING_DAYS)
    return _("%(net)s, after our fee, leave for your payout account on %(day)s.") % (
        dict(values) | {"day": day_text(leaves)}
    )


# --- On its way back

RETURNED: Mapping[str, Words] = {
    Refund.Kind.GIVEN_BACK: Words(
        gettext_noop("You gave %(amount)s of milestone %(number)d back"),
        gettext_noop("%(expert)s gives %(total)s back to you for milestone %(number)d"),
        gettext_noop("The expert gave back what was held."),
    ),
    Refund.Kind.AGREED: Words(
        gettext_noop("As agreed, %(amount)s of milestone %(number)d go back to %(client)s"),
        gettext_noop("As agreed, %(total)s go back to you for milestone %(number)d"),
        gettext_noop("You both agreed how the held money is shared."),
    ),
    Refund.Kind.DECIDED: Words(
        gettext_noop("As decided, %(amount)s of milestone %(number)d go back to %(client)s"),
        gettext_noop("As decided, %(total)s go back to you for milestone %(number)d"),
        gettext_noop("The dispute was decided."),
    ),
    Refund.Kind.HOLD_LIMIT: Words(
        gettext_noop("The limit is reached: %(amount)s of milestone %(number)d go back"),
        gettext_noop("The limit is reached: %(total)s go back to you for milestone %(number)d"),
        gettext_noop("Money may not be held any longer, and no work was waiting for review."),
    ),
    Refund.Kind.NOT_NEEDED: Words(
        "",
        gettext_noop("Not needed: %(total)s go back to you for milestone %(number)d"),
        gettext_noop("A payment came for what is paid already, or no longer to be paid."),
    ),
    Refund.Kind.LEFT_OVER: Words(
        gettext_noop("%(amount)s of prepaid hours that were not worked go back to %(client)s"),
        gettext_noop("%(total)s of prepaid hours go back to you"),
        gettext_noop("They were paid for ahead and not worked."),
    ),
    Refund.Kind.NO_MEETING: Words(
        gettext_noop("%(amount)s go back to %(client)s: the consultation did not take place"),
        gettext_noop("%(total)s go back to you: the consultation did not take place"),
        gettext_noop("It was called off, somebody did not come, or nobody said that it was held."),
    ),
    Refund.Kind.STAFF: Words(
        gettext_noop("Our staff returned %(amount)s of milestone %(number)d to %(client)s"),
        gettext_noop("Our staff return %(total)s to you for milestone %(number)d"),
        gettext_noop("Our staff decided to return it."),
    ),
    Refund.Kind.OUTSIDE: Words(
        gettext_noop("%(amount)s of milestone %(number)d went back to %(client)s"),
        gettext_noop("%(total)s go back to you for milestone %(number)d"),
        gettext_noop("It was returned at our payment provider."),
    ),
    # The expert hears of each step of it (`clawback_notices`).
    Refund.Kind.CLAWED_BACK: Words(
        "",
        gettext_noop("%(total)s go back to you for milestone %(number)d, after its release"),
        gettext_noop("It has come back from the expert, or we stand in for it."),
    ),
    Refund.Kind.WON_BACK: Words(
        gettext_noop("%(amount)s of milestone %(number)d go back to %(client)s"),
        gettext_noop("%(total)s go back to you for milestone %(number)d"),
        gettext_noop("Your bank gave back what it had taken, and the rest was returned before."),
    ),
}


@in_readers_languages
def refund_was_decided(refund: Refund, at: datetime) -> None:
    """Tell those who pay what comes back, and the expert what no longer waits for them."""
    milestone = refund.payment.milestone
    contract, words = milestone.contract, RETURNED[refund.kind]
    values = of_milestone(milestone) | {
        "amount": money_text(refund.amount),
        "total": money_text(refund.total),
    }
    # What our staff wrote goes into no text that is filled in afterwards.
    why = " ".join(filter(None, [_(words.why) % values, refund.reason]))

    def to_client(user: User) -> Message:
        back = _("%(total)s, our fee included, go back to the card that paid.") % values
        return about_milestone(
            milestone,
            user,
            step=f"refund:{refund.public_id}",
            subject=_(words.to_client) % values,
            body=f"{why} {back}",
            action=_("Open the contract"),
        )

    def to_expert(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step=f"refund:{refund.public_id}",
            subject=_(words.to_expert) % values,
            body=why,
            action=_("Open the contract"),
        )

    tell(members(contract.organisation_id, PAYING), to_client, at)
    if words.to_expert:
        tell([contract.expert.user], to_expert, at)


# --- By hand


@in_readers_languages
def second_person_is_needed(instruction: Instruction, at: datetime) -> None:
    """Tell the staff who watch the money that one of them wants something done with it."""
    contract = instruction.contract
    values = of_milestone(instruction.about) | {
        "amount": money_text(instruction.amount),
        "what": instruction.get_kind_display(),
        "name": instruction.by.shown_name,
    }
    page, of = ("set-aside", instruction.payment) if instruction.payment else ("contract", contract)

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.MONEY,
            key=f"instruction:{instruction.public_id}:second",
            subject=_("Confirm or drop: %(what)s, %(amount)s") % values,
            body=_("%(name)s proposes it for %(title)s. Nothing moves before a second one says so.")
            % values,
            action=_("Open it"),
            url=reverse(f"admin:payments:{page}", args=[of.public_id]),
        )

    tell(money_watchers(), write, at)
