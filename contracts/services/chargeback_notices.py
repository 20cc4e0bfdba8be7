"""What people are told when a bank takes a payment back."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Answer, Chargeback
from contracts.services.finance_notices import tell_finance
from contracts.services.telling import PAYING, about, brief, members, tell
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, deadline_text, money_text

# Hours before the bank takes no answer any more, when nobody is asked again.
LAST_REMINDER = 24

# --- A bank asks, takes, and decides


@in_readers_languages
def opened(chargeback: Chargeback, at: datetime) -> None:
    """Tell both sides that the money stands still, and our staff that an answer is due."""
    values = _of(chargeback)

    def to_client(user: User) -> Message:
        return _message(
            chargeback,
            user,
            "opened",
            subject=_("Your bank questions the payment of %(amount)s for %(title)s"),
            body=_(
                "Until the bank decides, nobody moves the money of this contract. If this was a"
                " mistake, ask your bank to withdraw it; if something is wrong with the work,"
                " a dispute here is decided in days."
            ),
            values=values,
        )

    def to_expert(user: User) -> Message:
        return _message(
            chargeback,
            user,
            "opened",
            subject=_("The client's bank questions %(amount)s of %(title)s"),
            body=_(
                "We answer the bank with the contract, the checks and what you handed in. Until it"
                " decides, nobody moves the money of this contract. You need not do anything."
            ),
            values=values,
        )

    tell([chargeback.contract.expert.user], to_expert, at)
    tell(members(chargeback.contract.organisation_id, PAYING), to_client, at)
    _tell_staff(
        chargeback,
        "opened",
        at,
        subject=_("Chargeback of %(amount)s: answer the bank by %(day)s"),
        body=_("%(reason)s, over %(title)s. The evidence is put together; read it and send it."),
    )


@in_readers_languages
def taken(chargeback: Chargeback, at: datetime) -> None:
    """Tell both sides that the bank, which had only asked, now has the money."""
    if not chargeback.history.filter(verb="inquire").exists():
        return
    values = _of(chargeback)

    def write(user: User) -> Message:
        return _message(
            chargeback,
            user,
            "taken",
            subject=_("The client's bank has taken back %(amount)s of %(title)s"),
            body=_("It is with the bank until it decides, which can take months."),
            values=values,
        )

    tell(_both(chargeback), write, at)


@in_readers_languages
def answered(chargeback: Chargeback, at: datetime) -> None:
    """Tell the expert that the bank has our answer."""
    values = _of(chargeback)

    def write(user: User) -> Message:
        return _message(
            chargeback,
            user,
            "answered",
            subject=_("We answered the client's bank about %(title)s"),
            body=_(
                "It has the contract, the checks and the work. Banks decide within 60 to 75 days;"
                " you hear from us then."
            ),
            values=values,
        )

    tell([chargeback.contract.expert.user], write, at)


@in_readers_languages
def won(chargeback: Chargeback, at: datetime) -> None:
    """Tell both sides that the money moves again."""
    values = _of(chargeback)

    def write(user: User) -> Message:
        return _message(
            chargeback,
            user,
            f"won:{chargeback.losses}",
            subject=_("The bank gave back %(amount)s of %(title)s"),
            body=_("The contract goes on where it stood, and what was kept back is on its way."),
            values=values,
        )

    tell(_both(chargeback), write, at)


@in_readers_languages
def lost(chargeback: Chargeback, at: datetime) -> None:
    """Tell both sides what the bank's decision means for each of them."""
    values = _of(chargeback)
    step = f"lost:{chargeback.losses}"
    cost = _("It costs you nothing of what was released: the work was accepted, so we bear it.")
    if chargeback.from_expert_minor:
        cost = _(
            "%(borne)s of what was released to you is taken back from your payout account; what is"
            " not there any more is kept of later releases."
        )
    held = _("What was still held for it went back to the client: stop working on it.")

    def to_expert(user: User) -> Message:
        return _message(
            chargeback,
            user,
            step,
            subject=_("The client's bank keeps %(amount)s of %(title)s"),
            body=" ".join([cost, held] if chargeback.from_held_minor else [cost]),
            values=values,
        )

    def to_client(user: User) -> Message:
        return _message(
            chargeback,
            user,
            step,
            subject=_("Your bank keeps %(amount)s for you, of %(title)s"),
            body=_("What was held for that payment is yours. Nothing more is returned for it."),
            values=values,
        )

    tell([chargeback.contract.expert.user], to_expert, at)
    tell(members(chargeback.contract.organisation_id, PAYING), to_client, at)
    _tell_staff(
        chargeback,
        step,
        at,
        subject=_("Lost: chargeback of %(amount)s, %(ours)s of it ours"),
        body=_("Over %(title)s. The expert bears %(borne)s."),
    )


@in_readers_languages
def closed(chargeback: Chargeback, at: datetime) -> None:
    """Tell both sides that the bank asks no more."""
    values = _of(chargeback)

    def write(user: User) -> Message:
        return _message(
            chargeback,
            user,
            "closed",
            subject=_("The bank has closed its question about %(title)s"),
            body=_("No money was taken, and the contract goes on where it stood."),
            values=values,
        )

    tell(_both(chargeback), write, at)


# --- Our staff


@in_readers_languages
def answer_is_due(chargeback: Chargeback, hours: int, at: datetime) -> None:
    """Remind our staff, so many hours before the bank takes no answer any more."""
    is_last = hours <= LAST_REMINDER
    body = _("If nobody acts, the evidence as it is put together is sent a day before that.")
    if is_last:
        body = _("The evidence as it was put together is sent now.")
    _tell_staff(
        chargeback,
        f"due:{hours}",
        at,
        subject=_("Answer the bank by %(moment)s: chargeback of %(amount)s"),
        body=body,
    )


@in_readers_languages
def second_person_is_needed(answer: Answer, at: datetime) -> None:
    """Tell our staff that one of them wants to give a chargeback up."""
    _tell_staff(
        answer.chargeback,
        f"second:{answer.public_id}",
        at,
        subject=_("Confirm or drop: give up the chargeback of %(amount)s"),
        body=_("Above a limit it takes two persons. If nobody confirms, the evidence is sent."),
    )


@in_readers_languages
def answer_was_refused(answer: Answer, at: datetime) -> None:
    """Tell our staff that Stripe did not take what we sent."""
    _tell_staff(
        answer.chargeback,
        f"refused:{answer.public_id}",
        at,
        subject=_("Not sent: our answer to the chargeback of %(amount)s"),
        body=_("Our payment provider refused it. Look at it before %(moment)s."),
    )


# --- In which words


def _message(
    chargeback: Chargeback,
    user: User,
    step: str,
    *,
    subject: str,
    body: str,
    values: dict[str, str],
) -> Message:
    contract = chargeback.contract
    return about(
        contract,
        user,
        kind=Kind.MONEY,
        key=f"chargeback:{chargeback.public_id}:{step}",
        subject=subject % values,
        body=body % values,
        action=_("Open the contract"),
        url=f"{reverse('contracts:detail', args=[contract.public_id])}#chargeback",
    )


def _tell_staff(
    chargeback: Chargeback, step: str, at: datetime, *, subject: str, body: str
) -> None:
    values = _of(chargeback)
    tell_finance(
        key=f"chargeback:{chargeback.public_id}:staff:{step}",
        subject=subject % values,
        body=body % values,
        url=reverse("admin:chargebacks:chargeback", args=[chargeback.public_id]),
        at=at,
    )


def _both(chargeback: Chargeback) -> list[User]:
    contract = chargeback.contract
    return [contract.expert.user, *members(contract.organisation_id, PAYING)]


def _of(chargeback: Chargeback) -> dict[str, str]:
    money = chargeback.currency
    due = chargeback.due_at
    return {
        "amount": money_text(chargeback.amount),
        "title": brief(chargeback.contract.title),
        "reason": chargeback.reason_text,
        "borne": money_text(chargeback.from_expert),
        "ours": money_text(Money(chargeback.from_us_minor, money)),
        "day": day_text(due) if due else _("the day it names"),
        "moment": deadline_text(due) if due else _("the day it names"),
    }
