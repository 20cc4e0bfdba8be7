"""Money moved by hand: one of our staff says what happens to it and why, a second one confirms it.

Nothing moves before that. What is confirmed is looked at anew, because the money may have gone
another way meanwhile; then there is nothing to do but to drop it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Instruction, Milestone, Payment, Refund
from contracts.services import contracts, hours, milestones, mismatches, releases
from contracts.services.clawbacks import SecondPersonNeeded
from contracts.services.differences import MilestoneIsDisputed
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

Kind = Instruction.Kind
Status = Instruction.Status


class InstructionWaits(DomainError):
    """Two wishes about the same money cannot both be confirmed."""

    code = "instruction_waits"
    status = 422
    sentence = _("Something is proposed for this money already. Have that confirmed, or drop it.")


class HoursSpeakForIt(DomainError):
    """What timesheets in review are to be paid from is not returned over their heads."""

    code = "hours_speak_for_it"
    status = 422
    sentence = _("Hours in review are to be paid from this money. Return less, or wait for them.")


# --- Proposing


@transaction.atomic
def adopt(payment: Payment, *, reason: str, by: User, at: datetime) -> Instruction:
    """Propose that a payment which was set aside counts after all.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: unless it waits for a person.
    :raises NotWhatThePriceIs: if the amount or the currency is another.
    :raises InstructionWaits: if something is proposed for it already.
    """
    mismatches.refuse_to_adopt(_payment_held(payment, by))
    return _propose(Kind.ADOPT, payment=payment, reason=reason, by=by, at=at)


@transaction.atomic
def send_back(payment: Payment, *, reason: str, by: User, at: datetime) -> Instruction:
    """Propose that a payment which was set aside goes to where it came from.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: unless it waits for a person.
    :raises InstructionWaits: if something is proposed for it already.
    """
    mismatches.refuse_what_is_decided(_payment_held(payment, by))
    return _propose(Kind.SEND_BACK, payment=payment, reason=reason, by=by, at=at)


@transaction.atomic
def return_held(
    milestone: Milestone, amount: Money, *, reason: str, by: User, at: datetime
) -> Instruction:
    """Propose that a part of a milestone's held money goes back to the client, or all of it.

    A contract that our staff have stopped, or a payment that does not match, is not in the way:
    such a stop is there so that a person decides.

    :param amount: of the expert's price, before our fees.
    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises BankIsTakingItBack: while a chargeback keeps the contract's money still.
    :raises MilestoneIsDisputed: while the two sides are at it themselves.
    :raises IllegalMove: unless work on it is under way.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises HoursSpeakForIt: if hours in review are to be paid from it.
    :raises InstructionWaits: if something is proposed for it already.
    """
    contracts.refuse_all_but_finance(by, contracts.hold(milestone.contract))
    # Asked second: whoever has a part in the contract does not hear of the bank from this.
    contracts.hold_for_staff(milestone.contract)
    _refuse_to_return(_fresh(milestone.pk), amount)
    return _propose(
        Kind.RETURN_HELD,
        milestone=milestone,
        amount_minor=amount.minor,
        reason=reason,
        by=by,
        at=at,
    )


def _payment_held(payment: Payment, by: User) -> Payment:
    """Take the contract's lock, and read the payment as it is now."""
    contracts.hold(payment.milestone.contract)
    contracts.refuse_all_but_finance(by, payment.milestone.contract)
    return Payment.objects.select_related("milestone__contract").get(pk=payment.pk)


def _propose(
    kind: Instruction.Kind,
    *,
    payment: Payment | None = None,
    milestone: Milestone | None = None,
    amount_minor: int | None = None,
    reason: str,
    by: User,
    at: datetime,
) -> Instruction:
    waiting = Instruction.objects.filter(status=Status.PROPOSED)
    if waiting.filter(payment=payment, milestone=milestone).exists():
        raise InstructionWaits
    row = Instruction.objects.create(
        kind=kind,
        payment=payment,
        milestone=milestone,
        amount_minor=amount_minor,
        reason=reason,
        by=by,
        created_at=at,
    )
    row.move("propose", by=by, at=at, reason=reason)
    return row


# --- The second person


@transaction.atomic
def confirm(instruction: Instruction, *, by: User, at: datetime) -> Instruction:
    """Say the same as the first person, and have it done.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises SecondPersonNeeded: if `by` is the first person.
    :raises IllegalMove: unless it waits for a second person, and the money is where it was.
    :raises DomainError: as proposing it does.
    """
    row = _held(instruction, by)
    if row.by_id == by.pk:
        raise SecondPersonNeeded
    row.second = by
    row.save(update_fields=["second"])
    row.move("confirm", by=by, at=at)
    row.refund = CARRIED_OUT[Kind(row.kind)](row, by, at)
    row.save(update_fields=["refund"])
    return row


@transaction.atomic
def drop(instruction: Instruction, *, by: User, at: datetime) -> Instruction:
    """Have it not done after all; either person may, and nothing has moved.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: unless it waits for a second person.
    """
    row = _held(instruction, by)
    row.move("drop", by=by, at=at)
    return row


def _held(instruction: Instruction, by: User) -> Instruction:
    """Take the contract's lock, and read the row as it is now."""
    contracts.hold(instruction.contract)
    contracts.refuse_all_but_finance(by, instruction.contract)
    related = Instruction.objects.select_related(
        "payment__milestone__contract", "milestone__contract"
    )
    return related.get(pk=instruction.pk)


# --- Having it done; the contract's lock is held


def _adopt(row: Instruction, by: User, at: datetime) -> None:
    assert row.payment  # noqa: S101 (of a payment by its kind)
    mismatches.adopt(row.payment, by=by, at=at)


def _send_back(row: Instruction, by: User, at: datetime) -> Refund:
    assert row.payment  # noqa: S101 (of a payment by its kind)
    return mismatches.send_back(row.payment, reason=row.reason, by=by, at=at)


def _return_held(row: Instruction, by: User, at: datetime) -> Refund:
    assert row.milestone  # noqa: S101 (of a milestone by its kind)
    _refuse_to_return(row.milestone, row.amount)
    return milestones.return_part(row.milestone, row.amount, reason=row.reason, by=by, at=at)


def _refuse_to_return(milestone: Milestone, amount: Money) -> None:
    if milestone.status == Milestone.Status.DISPUTED:
        raise MilestoneIsDisputed
    if not milestone.may("refund"):
        raise IllegalMove
    releases.refuse_more_than_held(milestone, amount)
    if milestone.is_hours and amount > milestone.held - hours.claimed(milestone):
        raise HoursSpeakForIt


def _fresh(milestone_pk: int) -> Milestone:
    return Milestone.objects.select_related("contract").get(pk=milestone_pk)


CARRIED_OUT: Mapping[Instruction.Kind, Callable[[Instruction, User, datetime], Refund | None]] = {
    Kind.ADOPT: _adopt,
    Kind.SEND_BACK: _send_back,
    Kind.RETURN_HELD: _return_held,
}
