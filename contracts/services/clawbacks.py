"""Clawbacks: released money goes back to the client, after it has come back from the expert.

First the reversals, on their success the refund, never the other way round. When the expert's
balance has it no more, staff decide: it is owed, we pay it, or the matter ends.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import policies
from contracts.models import (
    Chargeback,
    Clawback,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    Recovery,
)
from contracts.models.clawback import UNDER_WAY
from contracts.services import contracts, ledger, outgoing, recoveries, refunds, releases
from contracts.services.recoveries import Taker
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import IllegalMove

Kind = LedgerTransaction.Kind
Status = Clawback.Status
Source = Recovery.Source
Cover = Clawback.Cover
NOTHING_CAME_OF_IT = (Operation.Status.FAILED, Operation.Status.CANCELLED)


class MoreThanWasReleased(DomainError):
    """The amount is nothing, or more than what was released and is still there to return."""

    code = "more_than_was_released"
    status = 422
    sentence = _("Enter an amount above zero and no more than what can still be returned.")


class ClawbackUnderWay(DomainError):
    """Another part of this milestone is being returned."""

    code = "clawback_under_way"
    sentence = _("Money of this milestone is already being returned. Wait until that is through.")


class TransferIsUnderWay(DomainError):
    """The money is between us and the expert at this moment."""

    code = "transfer_under_way"
    sentence = _("This money is being sent at this moment. Try again in a few minutes.")


class SecondPersonNeeded(DomainError):
    """Above a limit nobody decides alone."""

    code = "second_person_needed"
    status = 422
    sentence = _("You have decided this already. A second person has to say the same.")


# --- Asking for it


@transaction.atomic
def give_back(
    milestone: Milestone, amount: Money, *, reason: str, by: User, at: datetime
) -> Clawback:
    """Return released money to the client, of the expert's own will.

    :param amount: of the expert's price, before fees.
    :raises PermissionDenied: unless `by` is the expert.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises ClawbackUnderWay: while another is.
    :raises TransferIsUnderWay: while the money is being sent.
    :raises MoreThanWasReleased: unless the amount is above zero and within what was released.
    """
    contract = contracts.hold_unfrozen(milestone.contract)
    if not policies.may_give_back(by, contract):
        raise PermissionDenied
    return _begin(milestone, amount, Clawback.Origin.EXPERT, reason=reason, by=by, at=at)


@transaction.atomic
def decide(milestone: Milestone, amount: Money, *, reason: str, by: User, at: datetime) -> Clawback:
    """Take released money back from the expert for the client, by a decision of our staff.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises DomainError: as `give_back` does.
    """
    contracts.refuse_all_but_finance(by, contracts.hold_unfrozen(milestone.contract))
    return _begin(milestone, amount, Clawback.Origin.STAFF, reason=reason, by=by, at=at)


def returnable(milestone: Milestone) -> Money:
    """Return how much of a milestone's price was released and may still be returned."""
    held = milestone.payments.filter(status=Payment.Status.HELD)
    if held.filter(chargebacks__status=Chargeback.Status.LOST).exists():
        # The client has it from their bank.
        return Money(0, milestone.contract.currency)
    return recoveries.released(milestone)


@dataclass(frozen=True, slots=True)
class Preview:
    """What returning an amount would take from whom; `to_client` is all that the client gets."""

    amount: Money
    from_expert: Money
    to_client: Money


def preview(milestone: Milestone, amount: Money) -> Preview:
    """Work out what returning an amount of the price would do; nothing is written.

    :raises MoreThanWasReleased: unless the amount is above zero and within what was released.
    """
    if not 0 < amount.minor <= returnable(milestone).minor:
        raise MoreThanWasReleased
    parts = recoveries.of_price(milestone, amount)
    return Preview(
        amount,
        total_of((part.from_expert for part in parts), amount.currency),
        total_of((part.from_client for part in parts), amount.currency),
    )


def _begin(
    milestone: Milestone,
    amount: Money,
    origin: Clawback.Origin,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> Clawback:
    """Begin to take it; the caller has checked who may, and holds the contract's lock."""
    milestone = Milestone.objects.select_related("contract__expert").get(pk=milestone.pk)
    _refuse(milestone, amount)
    row = Clawback.objects.create(
        milestone=milestone,
        origin=origin,
        amount_minor=amount.minor,
        reason=reason,
        by=by,
        created_at=at,
    )
    for release in milestone.releases.all():
        recoveries.hold_back(release, at=at, reason=row.public_id)
    taker = Taker(row, purpose=row.public_id, by=by, at=at)
    taker.take(recoveries.of_price(milestone, amount))
    row.move("begin", by=by, at=at, reason=reason)
    _send_the_rest(milestone, at)
    _give_if_all_is_there(row, at)
    return row


def _refuse(milestone: Milestone, amount: Money) -> None:
    if milestone.clawbacks.filter(status__in=UNDER_WAY).exists():
        raise ClawbackUnderWay
    if not Money(0, amount.currency) < amount <= returnable(milestone):
        raise MoreThanWasReleased
    if any(recoveries.is_under_way(release) for release in milestone.releases.all()):
        raise TransferIsUnderWay


# --- What became of the reversals


@transaction.atomic
def reversal_succeeded(operation: Operation, *, at: datetime) -> None:
    """Go on once all that was to come from the expert has come."""
    row = _recovery_of(operation)
    if row is None or row.clawback is None:
        return
    if row.undone_at:
        payment = releases.held_payment(row.release.milestone)
        recoveries.send_rest(row.release, payment, at=at)
    else:
        _give_if_all_is_there(row.clawback, at)


@transaction.atomic
def reversal_failed(operation: Operation, *, at: datetime) -> None:
    """The expert's account has it no more: nothing goes back before our staff have decided."""
    row = _recovery_of(operation)
    if row and row.clawback and row.undone_at is None and row.clawback.may("fall_short"):
        row.clawback.move("fall_short", by=None, at=at, reason=operation.error_code)


def go_on(milestone: Milestone, *, at: datetime) -> None:
    """Go on with what a freeze had kept from ending; the caller holds the contract's lock."""
    for row in milestone.clawbacks.filter(status=Status.TAKING):
        _give_if_all_is_there(row, at)


def give_up(milestone: Milestone, *, at: datetime) -> None:
    """End what is under way, because the client's bank has the money; holds the contract's lock."""
    for row in milestone.clawbacks.filter(status__in=UNDER_WAY):
        _end(row, by=None, at=at, reason="chargeback lost")


# --- When it is not there


@transaction.atomic
def cover(
    clawback: Clawback, by_what: Clawback.Cover, *, reason: str, by: User, at: datetime
) -> Clawback:
    """Give the client the whole amount although the expert's balance is short of it.

    What is missing is owed by the expert, or paid by us for good. Above a limit it takes two
    persons: the first says which, the second says the same.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises IllegalMove: unless the expert's balance was too low.
    :raises TransferIsUnderWay: while another part is still being taken.
    :raises SecondPersonNeeded: if the same person says it twice.
    """
    clawback = _held(clawback, by)
    if not clawback.may("cover"):
        raise IllegalMove
    if _pending(clawback):
        raise TransferIsUnderWay
    if not _is_decided(clawback, by_what, by):
        return clawback
    _bring_in_what_is_missing(clawback, at)
    _give(clawback, "cover", by=by, at=at, reason=reason)
    return clawback


@transaction.atomic
def refuse(clawback: Clawback, *, reason: str, by: User, at: datetime) -> Clawback:
    """End it without a refund; what had come from the expert is sent to them again.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises IllegalMove: unless the expert's balance was too low.
    """
    clawback = _held(clawback, by)
    if clawback.status != Status.SHORT:
        raise IllegalMove
    _end(clawback, by=by, at=at, reason=reason)
    _send_the_rest(clawback.milestone, at)
    return clawback


def missing(clawback: Clawback) -> Money:
    """Return what of a clawback the expert's account did not have."""
    rows = [row for row in _rows(clawback) if _is_missing(row)]
    return recoveries.total(rows, clawback.amount.currency)


def _held(clawback: Clawback, by: User) -> Clawback:
    """Take the contract's lock, and read the row as it is now."""
    contracts.hold_unfrozen(clawback.milestone.contract)
    related = Clawback.objects.select_related("milestone__contract__expert")
    clawback = related.get(pk=clawback.pk)
    contracts.refuse_all_but_finance(by, clawback.milestone.contract)
    return clawback


def _is_decided(clawback: Clawback, by_what: Clawback.Cover, by: User) -> bool:
    """Write down who says how it is covered; return whether that is enough."""
    needs_two = missing(clawback).minor > settings.MONEY_TWO_PERSONS_MINOR
    if not needs_two or clawback.covered_by != by_what:
        clawback.covered_by, clawback.cover_by = by_what, by
        clawback.save(update_fields=["covered_by", "cover_by"])
        return not needs_two
    if clawback.cover_by_id == by.pk:
        raise SecondPersonNeeded
    clawback.cover_second = by
    clawback.save(update_fields=["cover_second"])
    return True


def _bring_in_what_is_missing(clawback: Clawback, at: datetime) -> None:
    """Let a debt of the expert, or we, stand in for what their account did not have."""
    contract, amount = clawback.milestone.contract, missing(clawback)
    is_debt = clawback.covered_by == Cover.DEBT
    for row in _rows(clawback):
        if _is_missing(row):
            row.source = Source.DEBT if is_debt else Source.GOODWILL
            row.save(update_fields=["source"])
    standing_in = (
        ledger.receivable(contract.expert, contract.currency)
        if is_debt
        else ledger.goodwill(contract.currency)
    )
    ledger.post(
        Kind.CLAWBACK_COVERED,
        f"clawback:{clawback.public_id}:covered",
        [
            ledger.debit(standing_in, amount),
            ledger.credit(ledger.payable(contract.expert, contract.currency), amount),
        ],
        contract=contract,
        at=at,
    )


# --- Ends


def _give_if_all_is_there(clawback: Clawback, at: datetime) -> None:
    contract = clawback.milestone.contract
    rows = _rows(clawback)
    if any(row.source == Source.DEBT for row in rows):
        clawback.move("fall_short", by=None, at=at)
    elif not contract.is_frozen and all(map(_is_there, rows)):
        _give(clawback, "give", by=None, at=at, reason="")


def _give(clawback: Clawback, verb: str, *, by: User | None, at: datetime, reason: str) -> None:
    """Decide the refund; the expert's part is with us, and both fees go back with it."""
    milestone = clawback.milestone
    contract, payment = milestone.contract, releases.held_payment(milestone)
    fees = clawback.to_client - clawback.from_expert
    clawback.refund = refunds.return_released(
        payment, clawback.amount, clawback.to_client - clawback.amount, by=clawback.by, at=at
    )
    clawback.save(update_fields=["refund"])
    clawback.move(verb, by=by, at=at, reason=reason)
    ledger.post(
        Kind.CLAWBACK,
        f"clawback:{clawback.public_id}",
        [
            ledger.debit(ledger.payable(contract.expert, contract.currency), clawback.from_expert),
            ledger.debit(ledger.fee_revenue(contract.currency), fees),
            ledger.credit(ledger.refund_payable(payment), clawback.to_client),
        ],
        contract=contract,
        at=at,
    )


def _end(clawback: Clawback, *, by: User | None, at: datetime, reason: str) -> None:
    """Undo what was taken; reversals that are with Stripe are awaited, and sent again."""
    for row in _rows(clawback):
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        operation = row.operation
        if operation and operation.first_sent_at is None and operation.may("cancel"):
            outgoing.cancel(operation, by=by, at=at, reason=clawback.public_id)
    clawback.move("refuse", by=by, at=at, reason=reason)


def _send_the_rest(milestone: Milestone, at: datetime) -> None:
    payment = releases.held_payment(milestone)
    for release in milestone.releases.all():
        recoveries.send_rest(release, payment, at=at)


def _rows(clawback: Clawback) -> list[Recovery]:
    rows = clawback.recoveries.filter(undone_at=None)
    return list(rows.select_related("operation", "release__milestone__contract"))


def _is_missing(row: Recovery) -> bool:
    has_failed = row.operation is not None and row.operation.status in NOTHING_CAME_OF_IT
    return has_failed or row.source == Source.DEBT


def _is_there(row: Recovery) -> bool:
    return row.operation is None or row.operation.moved_at is not None


def _pending(clawback: Clawback) -> bool:
    return any(not _is_there(row) and not _is_missing(row) for row in _rows(clawback))


def _recovery_of(operation: Operation) -> Recovery | None:
    rows = Recovery.objects.filter(operation=operation)
    return rows.select_related(
        "clawback__milestone__contract__expert", "release__milestone__contract"
    ).first()
