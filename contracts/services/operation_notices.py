"""What people are told of money that was sent: it has arrived, or is kept waiting."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Operation, Refund
from contracts.services.telling import (
    PAYING,
    about,
    members,
    money_watchers,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text, money_text

# --- Arrived


@in_readers_languages
def money_has_arrived(operation: Operation, at: datetime) -> None:
    """Tell the expert that the transfer has arrived, or the client that the refund has."""
    if operation.kind == Operation.Kind.TRANSFER:
        _about_transfer(
            operation,
            at,
            step="paid",
            subject=_("Paid: %(net)s for milestone %(number)d"),
            body=_("%(net)s is on your payout account, after our fee."),
            action=_("Open your earnings"),
        )
    elif operation.refund:
        _about_refund(operation, operation.refund, at)


def _about_refund(operation: Operation, refund: Refund, at: datetime) -> None:
    milestone = refund.payment.milestone
    values = of_milestone(milestone) | {"total": money_text(refund.total)}

    def write(user: User) -> Message:
        return about(
            milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"operation:{operation.public_id}:returned",
            subject=_("Returned: %(total)s for milestone %(number)d of %(title)s") % values,
            body=_("%(total)s, our fee included, has left for the card that paid.") % values,
            action=_("Open the credit note"),
            url=reverse("contracts:document", args=[refund.documents.all()[0].public_id]),
        )

    tell(members(milestone.contract.organisation_id, PAYING), write, at)


# --- Kept waiting


@in_readers_languages
def payout_is_blocked(operation: Operation, at: datetime) -> None:
    """Tell the expert what keeps the money from them."""
    _about_transfer(
        operation,
        at,
        step="blocked",
        subject=_("Set up payouts: %(net)s is waiting for you"),
        body=_("Your payout account cannot receive money yet. The transfer goes out once it can."),
        action=_("Set up payouts"),
    )


@in_readers_languages
def payout_still_waits(operation: Operation, days: int, at: datetime) -> None:
    """Remind the expert of money that has waited for their account for long."""
    _about_transfer(
        operation,
        at,
        step=f"blocked-{days}",
        subject=_("%(net)s has been waiting for you since %(day)s: set up payouts"),
        body=_(
            "Your payout account still cannot receive money. If it stays so, our staff decide what"
            " happens to it, and it may go back to %(client)s."
        ),
        action=_("Set up payouts"),
    )


@in_readers_languages
def payout_needs_a_person(operation: Operation, days: int, at: datetime) -> None:
    """Tell the staff who watch the money of a transfer nobody can receive."""
    release = operation.release
    if release is None:
        return
    contract = release.milestone.contract
    values = of_milestone(release.milestone) | {"net": money_text(release.sent), "days": days}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.MONEY,
            key=f"operation:{operation.public_id}:stuck-{days}",
            subject=_("Stuck for %(days)d days: %(net)s for %(expert)s") % values,
            body=_("The expert's payout account cannot receive it. Decide what happens to it."),
            action=_("Open the operation"),
            url=reverse("admin:payments:operation", args=[operation.public_id]),
        )

    tell(money_watchers(), write, at)


def _about_transfer(
    operation: Operation, at: datetime, *, step: str, subject: str, body: str, action: str
) -> None:
    release = operation.release
    if release is None:
        return
    values = of_milestone(release.milestone) | {
        "net": money_text(release.sent),
        "day": day_text(release.created_at),
    }

    def write(user: User) -> Message:
        return about(
            release.milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"operation:{operation.public_id}:{step}",
            subject=subject % values,
            body=body % values,
            action=action,
            url=reverse("contracts:earnings"),
        )

    tell([release.milestone.contract.expert.user], write, at)
