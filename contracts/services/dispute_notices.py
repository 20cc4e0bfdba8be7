"""What people are told about a dispute, with amounts and dates, blind offers excepted."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.models.user import DISPUTES
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Decision, Dispute
from contracts.models.dispute import BETWEEN_THE_SIDES, Side
from contracts.services.telling import REVIEWING, both_sides, members, of_milestone, tell
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, deadline_text, money_text

Status = Dispute.Status


@in_readers_languages
def was_opened(dispute: Dispute, at: datetime) -> None:
    """Ask the other side to answer, and say what happens if it does not; confirm to the opener."""
    _tell(
        _side(dispute, dispute.other_side),
        dispute,
        at,
        step="opened",
        subject=_("Answer the dispute on milestone %(number)d by %(day)s, %(amount)s frozen"),
        body=_(
            "%(opener)s opened a dispute on %(title)s and asks for %(claim)s to %(expert)s and"
            " %(claim_rest)s back to %(client)s. If nobody answers by %(moment)s, that is granted."
        ),
        action=_("Read it and answer"),
    )
    _tell(
        _side(dispute, dispute.opener),
        dispute,
        at,
        step="opened",
        subject=_("Your dispute on milestone %(number)d is open, %(amount)s frozen"),
        body=_(
            "%(other)s has until %(moment)s to answer. Without an answer you get what you ask for:"
            " %(claim)s to %(expert)s and %(claim_rest)s back to %(client)s."
        ),
        action=_("Open the dispute"),
    )


@in_readers_languages
def was_answered(dispute: Dispute, at: datetime) -> None:
    """Tell both sides until when they can settle it between themselves."""
    _tell_both(
        dispute,
        at,
        step="answered",
        subject=_("Settle the dispute on milestone %(number)d by %(day)s, %(amount)s frozen"),
        body=_(
            "%(other)s answered. Until %(moment)s each side can name the amount it would accept;"
            " the other side does not see it. If they meet, the money moves at once. If not, our"
            " staff decide."
        ),
        action=_("Name your amount"),
        page="contracts:settle-dispute",
    )


@in_readers_languages
def an_amount_came_in(dispute: Dispute, at: datetime) -> None:
    """Tell the side that has not named an amount that the other one has, but not which."""
    (first,) = {row.side for row in dispute.offers.all()}
    waiting = Side.CLIENT if first == Side.EXPERT else Side.EXPERT
    _tell(
        _side(dispute, waiting),
        dispute,
        at,
        step="amount",
        subject=_("An amount is in for milestone %(number)d: name yours by %(day)s"),
        body=_(
            "The other side has named the amount it would accept. You see it only if yours meets"
            " it, as the middle of the two. %(amount)s stay frozen meanwhile."
        ),
        action=_("Name your amount"),
        page="contracts:settle-dispute",
    )


@in_readers_languages
def was_settled(dispute: Dispute, at: datetime) -> None:
    """Tell both sides what they agreed on."""
    body = _(
        "The amounts of both sides met, so the middle counts. The dispute on milestone %(number)d"
        " of %(title)s is over."
    )
    if dispute.outcome == Dispute.Outcome.CONCEDED:
        body = _(
            "One side agreed to what the other asked for. The dispute on milestone %(number)d of"
            " %(title)s is over."
        )
    _tell_both(
        dispute,
        at,
        step="settled",
        subject=_("Settled: %(award)s to %(expert)s, %(rest)s back to %(client)s"),
        body=body,
        action=_("Open the dispute"),
    )


@in_readers_languages
def was_granted(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that the claim is granted, because nobody answered."""
    _tell_both(
        dispute,
        at,
        step="granted",
        subject=_("Not answered: %(award)s to %(expert)s, %(rest)s back to %(client)s"),
        body=_(
            "%(other)s did not answer the dispute on milestone %(number)d of %(title)s in time, so"
            " what %(opener)s asked for is granted."
        ),
        action=_("Open the dispute"),
    )


@in_readers_languages
def was_sent_to_staff(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that staff decide now, and staff that they have to."""
    _tell_both(
        dispute,
        at,
        step="deciding",
        subject=_("Our staff decide on milestone %(number)d by %(day)s, %(amount)s frozen"),
        body=_(
            "The two sides did not settle it. Somebody who has nothing to do with either of you"
            " reads the case and decides, with a reason for every agreed check."
        ),
        action=_("Open the dispute"),
    )
    _tell_staff(dispute, at, step="deciding")


@in_readers_languages
def waits_for_a_second(decision: Decision, at: datetime) -> None:
    """Tell staff that a decision needs its second person."""
    _tell_staff(decision.dispute, at, step=f"second:{decision.public_id}")


@in_readers_languages
def was_decided(dispute: Dispute, at: datetime) -> None:
    """Tell both sides what was decided, and until when they can appeal."""
    _tell_both(
        dispute,
        at,
        step="decided",
        subject=_("Decided: %(award)s to %(expert)s, %(rest)s back to %(client)s"),
        body=_(
            "Read the reasons for milestone %(number)d of %(title)s. Either side can appeal once,"
            " until %(moment)s. Without an appeal the decision is final then, and the money moves."
        ),
        action=_("Read the decision"),
    )


@in_readers_languages
def was_appealed(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that somebody else decides again, and staff that they have to."""
    _tell_both(
        dispute,
        at,
        step="appealed",
        subject=_("Appealed: milestone %(number)d is decided again by %(day)s, %(amount)s frozen"),
        body=_(
            "Somebody who had no part in the first decision reads the case. What they decide is"
            " final."
        ),
        action=_("Open the dispute"),
    )
    _tell_staff(dispute, at, step="appealed")


@in_readers_languages
def became_final(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that the decision is carried out."""
    _tell_both(
        dispute,
        at,
        step="final",
        subject=_("Final: %(award)s to %(expert)s, %(rest)s back to %(client)s"),
        body=_(
            "The dispute on milestone %(number)d of %(title)s is over, and the money is on its way."
        ),
        action=_("Open the dispute"),
    )


@in_readers_languages
def was_withdrawn(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that the work goes on where it was."""
    _tell_both(
        dispute,
        at,
        step="withdrawn",
        subject=_("Withdrawn: the dispute on milestone %(number)d, %(amount)s still held"),
        body=_(
            "%(opener)s took the dispute on %(title)s back. The milestone is where it was before;"
            " work in review has a new review window."
        ),
        action=_("Open the contract"),
        page="contracts:detail",
    )


@in_readers_languages
def was_voided(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that there is nothing left to dispute."""
    _tell_both(
        dispute,
        at,
        step="void",
        subject=_("Over: the dispute on milestone %(number)d, the bank took %(amount)s back"),
        body=_(
            "The client's bank took the payment for milestone %(number)d of %(title)s back, so no"
            " money is left to decide about."
        ),
        action=_("Open the contract"),
        page="contracts:detail",
    )


@in_readers_languages
def was_suspended(dispute: Dispute, at: datetime) -> None:
    """Tell both sides that the clock stands still."""
    _tell_both(
        dispute,
        at,
        step=f"suspended:{at:%Y%m%d%H%M}",
        subject=_("The dispute on milestone %(number)d stands still, %(amount)s frozen"),
        body=_(
            "The client's bank is looking at the payment. No deadline of the dispute passes"
            " meanwhile; it goes on with the time that was left if the bank leaves the payment be."
        ),
        action=_("Open the dispute"),
    )


@in_readers_languages
def was_resumed(dispute: Dispute, at: datetime) -> None:
    """Tell both sides until when the present phase lasts now."""
    _tell_both(
        dispute,
        at,
        step=f"resumed:{at:%Y%m%d%H%M}",
        subject=_("The dispute on milestone %(number)d goes on, %(amount)s frozen"),
        body=_("The bank left the payment be. The present step now ends on %(moment)s."),
        action=_("Open the dispute"),
    )


@in_readers_languages
def phase_ends_soon(dispute: Dispute, at: datetime) -> None:
    """Remind whoever can still act, a day before the end of a phase."""
    if dispute.status == Status.OPEN:
        _tell(
            _side(dispute, dispute.other_side),
            dispute,
            at,
            step="answer-soon",
            subject=_("Still to answer by %(moment)s: the dispute on milestone %(number)d"),
            body=_(
                "%(amount)s are frozen. Without your answer %(opener)s gets what they ask for:"
                " %(claim)s to %(expert)s and %(claim_rest)s back to %(client)s."
            ),
            action=_("Read it and answer"),
        )
    elif dispute.status in BETWEEN_THE_SIDES:
        _tell_both(
            dispute,
            at,
            step="settle-soon",
            subject=_("Settle by %(moment)s: the dispute on milestone %(number)d"),
            body=_("%(amount)s are frozen. If the two sides do not meet, our staff decide."),
            action=_("Name your amount"),
            page="contracts:settle-dispute",
        )
    elif dispute.status == Status.DECIDED:
        _tell_both(
            dispute,
            at,
            step="appeal-soon",
            subject=_("Final on %(moment)s unless somebody appeals: milestone %(number)d"),
            body=_("Then %(award)s go to %(expert)s and %(rest)s back to %(client)s."),
            action=_("Read the decision"),
        )


# --- To whom, and in which words


def _tell_both(
    dispute: Dispute,
    at: datetime,
    *,
    step: str,
    subject: str,
    body: str,
    action: str,
    page: str = "contracts:dispute",
) -> None:
    everyone = both_sides(dispute.milestone.contract)
    _tell(everyone, dispute, at, step=step, subject=subject, body=body, action=action, page=page)


def _tell(
    users: Iterable[User],
    dispute: Dispute,
    at: datetime,
    *,
    step: str,
    subject: str,
    body: str,
    action: str,
    page: str = "contracts:dispute",
) -> None:
    is_contract = page == "contracts:detail"
    leads_to = dispute.milestone.contract.public_id if is_contract else dispute.public_id

    def write(user: User) -> Message:
        words = _words(dispute)
        return Message(
            user=user,
            kind=Kind.MONEY,
            key=f"dispute:{dispute.public_id}:{step}",
            subject=subject % words,
            body=body % words,
            url=reverse(page, args=[leads_to]),
            action=action,
        )

    tell(users, write, at)


def _tell_staff(dispute: Dispute, at: datetime, *, step: str) -> None:
    def write(user: User) -> Message:
        words = _words(dispute)
        return Message(
            user=user,
            kind=Kind.DEADLINE,
            key=f"dispute:{dispute.public_id}:desk:{step}",
            subject=_("A dispute waits for a decision by %(day)s, %(amount)s frozen") % words,
            body=_("Take it if you have nothing to do with either side."),
            url=reverse("admin:disputes:queue"),
            action=_("Open the disputes desk"),
        )

    deciders = User.objects.filter(groups__name=DISPUTES, is_staff=True, is_active=True)
    tell(deciders, write, at)


def _side(dispute: Dispute, side: str) -> Iterable[User]:
    contract = dispute.milestone.contract
    if side == Side.EXPERT:
        return [contract.expert.user]
    return members(contract.organisation_id, REVIEWING)


def _words(dispute: Dispute) -> dict[str, object]:
    """Every figure of the dispute that both sides know, for the reader's language and clock."""
    of_both = of_milestone(dispute.milestone)
    opener, other = of_both["expert"], of_both["client"]
    if dispute.opener == Side.CLIENT:
        opener, other = other, opener
    award = dispute.award or Money(0, dispute.amount.currency)
    return of_both | {
        "amount": money_text(dispute.amount),
        "claim": money_text(dispute.claim),
        "claim_rest": money_text(dispute.amount - dispute.claim),
        "award": money_text(award),
        "rest": money_text(dispute.amount - award),
        "opener": opener,
        "other": other,
        "day": day_text(dispute.due_at) if dispute.due_at else "",
        "moment": deadline_text(dispute.due_at) if dispute.due_at else "",
    }
