"""Chargebacks: what a client's bank says of a payment, taken note of in whatever order it comes.

`settle` may run any number of times, from events and sweeps: what moved our Stripe balance is
posted once each, and an older answer never undoes a newer one (docs/chargebacks.md).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from contracts import gateway
from contracts.models import Chargeback, LedgerTransaction, Payment, PayoutAccount, Refund
from contracts.models.chargeback import OPEN, ChargebackStatus
from contracts.models.milestone import UNDER_WAY
from contracts.services import chargeback_moves, contracts, ledger, losses, milestones
from contracts.services.clawbacks import SecondPersonNeeded
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

log = logging.getLogger(__name__)

Status = Chargeback.Status
Kind = LedgerTransaction.Kind
# How often we ask about a chargeback that is open, should its events be lost.
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A chargeback as Stripe has it, and, once it is lost, what the expert's account has."""

    chargeback: gateway.Chargeback
    there: Money | None = None


# --- Asking Stripe


def look(stripe_id: str) -> Seen:
    """Ask Stripe about a chargeback.

    :raises GatewayError: if Stripe does not say.
    """
    return seen_as(gateway.provider().chargeback(stripe_id))


def seen_as(found: gateway.Chargeback) -> Seen:
    """Ask what else a chargeback needs to be taken note of.

    :raises GatewayError: if Stripe does not say.
    """
    return Seen(found, _there(found) if found.outcome == "lost" else None)


def payment_of(found: gateway.Chargeback) -> Payment | None:
    """Return the payment a chargeback is about, if it is one of ours."""
    is_its = Q(charge_id=found.charge_id) | Q(intent_id=found.intent_id)
    return Payment.objects.filter(is_its).select_related("milestone__contract").first()


def sync(chargeback: Chargeback, *, at: datetime) -> Chargeback:
    """Ask Stripe how a chargeback stands, and take note.

    :raises GatewayError: if Stripe does not say.
    """
    return settle(chargeback.payment, look(chargeback.stripe_id), at=at)


def unsettled(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of chargebacks to ask about: those open, and those won and not yet repaid."""
    waits = Q(status__in=OPEN) | Q(status=Status.WON, taken_minor__gt=F("from_us_minor"))
    rows = Chargeback.objects.filter(waits, checked_at__lte=at - LOOK_AGAIN)
    return list(rows.order_by("checked_at").values_list("pk", flat=True)[:limit])


def _there(found: gateway.Chargeback) -> Money | None:
    """Return what the expert's account has, on its way included; nothing if there is none."""
    payment = payment_of(found)
    if payment is None:
        return None
    contract = payment.milestone.contract
    account = PayoutAccount.objects.filter(expert=contract.expert_id, is_closed=False).first()
    if account is None:
        return None
    balances = gateway.provider().balance(account=account.stripe_id)
    balance = balances.get(payment.currency)
    return balance.total if balance else Money(0, payment.currency)


# --- Taking note


@transaction.atomic
def settle(payment: Payment, seen: Seen, *, at: datetime) -> Chargeback:
    """Take note of how a chargeback stands and let follow from it what does."""
    contracts.hold(payment.milestone.contract)
    found = seen.chargeback
    row = _known(payment, found, at)
    if len(found.movements) < row.movements:
        # What moved never unhappens: this answer is older than the last one.
        return row
    fresh = _unposted(found)
    _note(row, found, at)
    if row.status == Status.LOST and (found.outcome == "won" or _gives(fresh)):
        chargeback_moves.win_after_all(row, at)
    for movement in fresh:
        _post_movement(row, movement, at)
    _move_on(row, seen, fresh, at)
    return row


def _known(payment: Payment, found: gateway.Chargeback, at: datetime) -> Chargeback:
    row, _is_new = Chargeback.objects.get_or_create(
        stripe_id=found.id,
        defaults={
            "payment": payment,
            "reason": found.reason,
            "amount_minor": found.amount.minor,
            "currency": found.amount.currency,
            "opened_at": found.created_at,
            "noticed_at": at,
            "checked_at": at,
        },
    )
    return _related().get(pk=row.pk)


def _related() -> QuerySet[Chargeback]:
    return Chargeback.objects.select_related("payment__milestone__contract__expert")


def _unposted(found: gateway.Chargeback) -> list[gateway.Movement]:
    """Return the movements that are not in our books, what was taken before what was given."""
    keys = {f"bt:{movement.id}" for movement in found.movements}
    posted = LedgerTransaction.objects.filter(idem_key__in=keys).values_list("idem_key", flat=True)
    fresh = [movement for movement in found.movements if f"bt:{movement.id}" not in posted]
    return sorted(fresh, key=lambda one: (one.created_at, one.amount.minor))


def _note(row: Chargeback, found: gateway.Chargeback, at: datetime) -> None:
    row.amount_minor, row.reason, row.due_at = found.amount.minor, found.reason, found.due_by
    row.checked_at = max(row.checked_at, at)
    if found.is_answered and row.answered_at is None:
        row.answered_at = at
    row.save(update_fields=["amount_minor", "reason", "due_at", "checked_at", "answered_at"])


def _post_movement(row: Chargeback, movement: gateway.Movement, at: datetime) -> None:
    """Post what a bank took or gave back, and what Stripe charges for it, as one fact."""
    row.movements += 1
    row.taken_minor -= movement.amount.minor
    row.fee_minor += movement.fee.minor
    if row.status == Status.LOST:
        # What a bank takes beyond the loss that was borne is ours.
        row.from_us_minor -= movement.amount.minor
    row.save(update_fields=["movements", "taken_minor", "fee_minor", "from_us_minor"])
    currency = movement.amount.currency
    is_fee, is_gift = movement.amount.minor == 0, movement.amount.minor > 0
    ledger.post(
        Kind.CHARGEBACK_FEE if is_fee else Kind.CHARGEBACK_WON if is_gift else Kind.CHARGEBACK,
        f"bt:{movement.id}",
        [
            ledger.debit(ledger.stripe(currency), movement.net),
            ledger.credit(ledger.dispute_receivable(row.stripe_id, currency), movement.amount),
            ledger.debit(ledger.dispute_fees(currency), movement.fee),
        ],
        contract=row.contract,
        at=at,
    )
    if row.status == Status.LOST:
        losses.bear_more(row, -movement.amount, at=at)


def _move_on(row: Chargeback, seen: Seen, fresh: Sequence[gateway.Movement], at: datetime) -> None:
    verdict = _verdict(row, seen.chargeback)
    if row.status in {Status.WON, Status.CLOSED} and verdict != Status.WON and not _takes(fresh):
        # What was over begins again only with new money: an older answer has none.
        verdict = Status(row.status)
    verb, step = chargeback_moves.STEPS[verdict]
    if row.status != verdict and row.may(verb):
        step(row, seen.there, at)
    if row.status == Status.WON:
        chargeback_moves.write_off_the_rest(row, at)


def _verdict(row: Chargeback, found: gateway.Chargeback) -> ChargebackStatus:
    """Say where it stands. Money decides: what the bank keeps is lost, whatever it is called."""
    if found.outcome == "won":
        return Status.WON
    if not found.is_open and row.taken_minor > 0:
        return Status.LOST
    if not found.is_open and found.outcome != "lost":
        return Status.CLOSED
    if found.is_inquiry:
        return Status.INQUIRY
    # A status that Stripe invents later is an open one. So is a loss whose money is still to go.
    is_waiting = found.status == "needs_response"
    return Status.NEEDS_RESPONSE if is_waiting else Status.UNDER_REVIEW


def _gives(movements: Sequence[gateway.Movement]) -> bool:
    return any(movement.amount.minor > 0 for movement in movements)


def _takes(movements: Sequence[gateway.Movement]) -> bool:
    return any(movement.amount.minor < 0 for movement in movements)


# --- Staff


@transaction.atomic
def refuse_cover(chargeback: Chargeback, *, reason: str, by: User, at: datetime) -> Chargeback:
    """Let the expert bear a loss although their work was accepted, because they broke the rules.

    It takes two persons above a limit: the first proposes, the second says the same.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: once the bank has decided.
    :raises SecondPersonNeeded: if the same person says it twice.
    """
    contracts.hold(chargeback.contract)
    chargeback = _related().get(pk=chargeback.pk)
    contracts.refuse_all_but_finance(by, chargeback.contract)
    if not chargeback.is_open or not chargeback.is_covered:
        raise IllegalMove
    needs_two = chargeback.amount_minor > settings.MONEY_TWO_PERSONS_MINOR
    if needs_two and chargeback.uncover_by_id == by.pk:
        raise SecondPersonNeeded
    if not needs_two or chargeback.uncover_by_id:
        chargeback.uncovered_at = at
    chargeback.uncover_by, chargeback.uncover_reason = chargeback.uncover_by or by, reason
    chargeback.save(update_fields=["uncovered_at", "uncover_by", "uncover_reason"])
    return chargeback


def may_give_in(chargeback: Chargeback) -> bool:
    """Whether an inquiry can be ended by returning the money: nothing of it was released."""
    milestone = chargeback.payment.milestone
    is_whole = milestone.status in UNDER_WAY and not milestone.released
    return chargeback.status == Status.INQUIRY and is_whole


@transaction.atomic
def give_in(chargeback: Chargeback, *, reason: str, by: User, at: datetime) -> Refund:
    """Return what is held instead of answering an inquiry: cheaper than to lose a chargeback.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: once the bank has the money, or any of it was released.
    :raises ContractIsFrozen: while something else keeps the contract still.
    """
    contract = contracts.hold(chargeback.contract)
    chargeback = _related().get(pk=chargeback.pk)
    contracts.refuse_all_but_finance(by, contract)
    if not may_give_in(chargeback):
        raise IllegalMove
    log.info("chargeback.given_in", extra={"chargeback": chargeback.pk})
    contracts.unfreeze(contract, source=chargeback.public_id, by=by, at=at)
    return milestones.return_rest(
        chargeback.payment.milestone, Refund.Kind.STAFF, by=by, at=at, reason=reason
    )
