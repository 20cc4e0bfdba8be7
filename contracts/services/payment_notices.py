"""What people are told of payments that did not come to be, or had to be looked at."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Payment
from contracts.services.telling import (
    about,
    money_watchers,
    of_milestone,
    tell,
)
from marketplace.kit.words import money_text


@in_readers_languages
def payment_failed(payment: Payment, at: datetime) -> None:
    """Tell the person who tried to pay that nothing was charged."""
    _about_payment(
        payment,
        at,
        step="failed",
        subject=_("Not paid: %(total)s for milestone %(number)d"),
        body=_("The bank refused the payment and nothing was charged. You can try again."),
    )


@in_readers_languages
def payment_page_has_closed(payment: Payment, at: datetime) -> None:
    """Tell the person who let the page run out; who closed it themselves knows."""
    if at < payment.expires_at:
        return
    _about_payment(
        payment,
        at,
        step="expired",
        subject=_("Not paid: the page for %(total)s, milestone %(number)d, has closed"),
        body=_("The payment page was open for an hour. Nothing was charged. You can try again."),
    )


@in_readers_languages
def payment_does_not_match(payment: Payment, at: datetime) -> None:
    """Tell the payer to wait, and the staff who watch the money to look."""
    _about_payment(
        payment,
        at,
        step="mismatch",
        subject=_("We are looking at your payment of %(received)s for milestone %(number)d"),
        body=_(
            "It is not what we asked for, so it is set aside. You need not pay again: our staff"
            " take it as it is or send it back, and write to you."
        ),
    )
    values = _of_payment(payment)

    def write(user: User) -> Message:
        return about(
            payment.milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"payment:{payment.public_id}:look",
            subject=_("Does not match: %(received)s came, %(total)s was asked for") % values,
            body=_("The contract is on hold. Take the payment as it is, or send it back."),
            action=_("Open the payment"),
            url=reverse("admin:payments:set-aside", args=[payment.public_id]),
        )

    tell(money_watchers(), write, at)


@in_readers_languages
def payment_settled_elsewhere(payment: Payment, currency: str, at: datetime) -> None:
    """Tell the staff who watch the money that a held payment cannot be sent to anybody."""
    contract = payment.milestone.contract
    values = {**_of_payment(payment), "currency": currency.upper()}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.MONEY,
            key=f"payment:{payment.public_id}:settled-elsewhere",
            subject=_("On our balance in %(currency)s: the payment of %(total)s") % values,
            body=_(
                "Nothing of it can be sent to the expert, so the contract's money stands still."
                " Find out why our payment provider settles in another currency."
            ),
            action=_("Open the contract"),
            url=reverse("admin:payments:contract", args=[contract.public_id]),
        )

    tell(money_watchers(), write, at)


@in_readers_languages
def payment_was_adopted(payment: Payment, at: datetime) -> None:
    """Tell the payer that a payment which was looked at counts."""
    _about_payment(
        payment,
        at,
        step="adopted",
        subject=_("Your payment of %(received)s counts: milestone %(number)d is funded"),
        body=_("Our staff have looked at it. The contract goes on."),
    )


def _about_payment(payment: Payment, at: datetime, *, step: str, subject: str, body: str) -> None:
    milestone, values = payment.milestone, _of_payment(payment)

    def write(user: User) -> Message:
        return about(
            milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"payment:{payment.public_id}:{step}",
            subject=subject % values,
            body=body % values,
            action=_("Open the contract"),
        )

    tell([payment.by], write, at)


def _of_payment(payment: Payment) -> Mapping[str, object]:
    return of_milestone(payment.milestone) | {
        "total": money_text(payment.total),
        "received": money_text(payment.received),
    }
