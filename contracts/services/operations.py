"""Money going out: what `outgoing` decided is sent outside every transaction, and settled once.

A worker may die and an answer may be lost at any point; `docs/money.md` walks through them. The
frozen key makes a repeat harmless while Stripe remembers it, the look-up does once it may not.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from contracts import gateway, policies
from contracts.models import Contract, LedgerTransaction, Operation, Refund, Release
from contracts.services import contracts, ledger, payout_cases, senders
from contracts.services.senders import Sent, State
from marketplace.kit.states import IllegalMove

log = logging.getLogger(__name__)

Kind = Operation.Kind
Status = Operation.Status
CLAIMABLE = (Status.PENDING, Status.SENDING)
# A worker that dies while sending leaves its operation to another after this long. A call takes
# at most a minute; should a slow worker still be at it, the key makes the second one harmless.
LEASE = timedelta(seconds=120)
# Stripe may forget a key after 24 hours (docs.stripe.com/api/idempotent_requests); we stop relying
# on it four hours earlier.
KEY_IS_SAFE = timedelta(hours=20)
# Two looks this far apart have to miss an object before we believe that it never came to be.
LOOK_AGAIN = timedelta(minutes=10)
NOT_FOUND = "not_found"
# A balance that was too low may do after the next payments have settled.
LOW_BALANCE_WAIT = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
# With a key that Stripe does not take, nothing of its kind is tried for this long.
CIRCUIT_IS_OPEN = timedelta(minutes=5)
HELD_BY_LOW_BALANCE = "balance_insufficient"
# How a person moves what is stuck; what waits already is only hurried.
BY_HAND: Mapping[str, str] = {Status.PENDING: "hurry", Status.BLOCKED: "wake"}


class NotWhatWasDecided(Exception):
    """Stripe has something else than we decided on: the bug this module exists to prevent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows when a sending ended in nothing."""

    verb: str
    code: str
    wait: timedelta
    attempt: int


# --- By hand


@transaction.atomic
def try_again(operation: Operation, *, reason: str, by: User, at: datetime) -> Operation:
    """Have an operation that is stuck tried now; what Stripe may have is looked up before.

    Nothing about it changes but when it is due: a new key comes of two looks that found nothing.

    :raises PermissionDenied: unless `by` watches over the money.
    :raises IllegalMove: unless it was tried before and waits, is blocked or needs a person.
    """
    rows = Operation.objects.select_for_update(no_key=True, of=("self",))
    operation = rows.get(pk=operation.pk)
    if not policies.may_watch_money(by):
        raise PermissionDenied
    if not may_try_again(operation):
        raise IllegalMove
    operation.move(BY_HAND.get(operation.status, "thaw"), by=by, at=at, reason=reason)
    if operation.first_sent_at and operation.error_code != HELD_BY_LOW_BALANCE:
        operation.first_sent_at = min(operation.first_sent_at, at - KEY_IS_SAFE - LEASE)
    operation.due_at = at
    operation.save(update_fields=["due_at", "first_sent_at"])
    return operation


def may_try_again(operation: Operation) -> bool:
    """Whether a person may have it tried now; what clears is not stuck, and waits."""
    was_tried = operation.sends > 0 or operation.status != Status.PENDING
    return was_tried and operation.may(BY_HAND.get(operation.status, "thaw"))


# --- Sending


def due(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of operations somebody should look at now, the longest waiting first."""
    rows = Operation.objects.filter(status__in=CLAIMABLE, due_at__lte=at).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def send(operation_pk: int, *, at: datetime) -> None:
    """Bring one operation a step further, if it is due; a second worker finds nothing to do."""
    operation = _claim(operation_pk, at)
    if operation is None:
        return
    try:
        sent = _carried_out(operation, at)
    except gateway.GatewayError as error:
        log.warning("operation.not_sent", extra={"operation": operation.pk, "code": error.code})
        _take_no(operation, error, at)
    else:
        if sent:
            settle(operation, sent, at=at)


@transaction.atomic
def _claim(operation_pk: int, at: datetime) -> Operation | None:
    """Take a due operation for as long as the lease; of two workers one gets it."""
    rows = Operation.objects.select_for_update(skip_locked=True, of=("self",))
    operation = rows.filter(pk=operation_pk, status__in=CLAIMABLE, due_at__lte=at).first()
    if operation is None or _waits(operation, at):
        return None
    operation.move("claim", by=None, at=at)
    operation.due_at = at + LEASE
    operation.sends += 1
    operation.save(update_fields=["due_at", "sends"])
    return operation


def _waits(operation: Operation, at: datetime) -> bool:
    """Whether it may not leave yet: its contract is frozen, or a person has to look at it first.

    One that Stripe may have already is not put off: somebody has to find out.
    """
    is_new = operation.status == Status.PENDING and operation.first_sent_at is None
    return is_new and (_waits_for_a_freeze(operation, at) or payout_cases.look(operation, at=at))


def _waits_for_a_freeze(operation: Operation, at: datetime) -> bool:
    """Put a transfer off while its contract is frozen; the other kinds undo, and go on."""
    if operation.kind != Kind.TRANSFER:
        return False
    if operation.contract is None or not operation.contract.is_frozen:
        return False
    operation.due_at = at + LONGEST_WAIT
    operation.save(update_fields=["due_at"])
    return True


def _carried_out(operation: Operation, at: datetime) -> Sent | None:
    """Ask Stripe for it: by looking it up if the key is old, else by sending."""
    if operation.first_sent_at and operation.first_sent_at < at - KEY_IS_SAFE:
        return _looked_up(operation, at)
    way = senders.of(operation)
    if not way.is_ready(operation, at):
        _record(operation, Outcome("block", "", timedelta(0), operation.attempt), at)
        return None
    _prepare(operation, at)
    return way.send(operation)


def _looked_up(operation: Operation, at: datetime) -> Sent | None:
    """Look for it at Stripe; only a second miss allows a new key, and with it a new sending."""
    found = senders.of(operation).find(operation)
    if found:
        return found
    if operation.error_code == NOT_FOUND:
        _record(operation, Outcome("retry", "", timedelta(0), operation.attempt + 1), at)
    else:
        _record(operation, Outcome("retry", NOT_FOUND, LOOK_AGAIN, operation.attempt), at)
    return None


def _prepare(operation: Operation, at: datetime) -> None:
    """Write down where it goes and that it is on its way, before it is."""
    operation.first_sent_at = operation.first_sent_at or at
    operation.save(update_fields=["params", "first_sent_at"])


# --- What came of it


@transaction.atomic
def settle(operation: Operation, sent: Sent, *, at: datetime) -> Operation:
    """Take note of what Stripe has; the worker, the webhook and the look-up all end here.

    It may run any number of times and in any order: money is posted once, and what is done is not
    undone by an older word.

    :raises NotWhatWasDecided: if Stripe has another object than the one we decided on.
    """
    if operation.contract:
        contracts.hold(operation.contract)
    operation = Operation.objects.select_for_update(no_key=True, of=("self",)).get(pk=operation.pk)
    _refuse_another(operation, sent)
    if operation.stripe_id is None:
        operation.stripe_id = sent.id
        operation.error_code = ""
        operation.save(update_fields=["stripe_id", "error_code"])
    verb = {State.DONE: "succeed", State.PENDING: "hand_over", State.FAILED: "fail"}[sent.state]
    if operation.may(verb):
        # Posted first, because sagas go on from the move.
        _post(operation, sent, at)
        operation.move(verb, by=None, at=at, reason=sent.reason)
    return operation


@transaction.atomic
def adopt(
    kind: Operation.Kind,
    sent: Sent,
    params: Mapping[str, Any],
    *,
    contract: Contract | None,
    release: Release | None = None,
    refund: Refund | None = None,
    transfer: Operation | None = None,
    at: datetime,
) -> Operation:
    """Take note of what somebody did at Stripe without us, as if we had decided it.

    The caller holds the contract's lock; a payout has none, and is taken note of once all the same.
    """
    operation, is_new = Operation.objects.get_or_create(
        business_key=f"outside:{sent.id}",
        defaults={
            "kind": kind,
            "params": dict(params),
            "contract": contract,
            "release": release,
            "refund": refund,
            "transfer": transfer,
            "created_at": at,
            "due_at": at,
        },
    )
    if is_new:
        operation.move("adopt", by=None, at=at)
    return settle(operation, sent, at=at)


def _refuse_another(operation: Operation, sent: Sent) -> None:
    target = senders.of(operation).target
    decided = operation.amount, operation.params.get(target, "")
    is_other = operation.stripe_id is not None and operation.stripe_id != sent.id
    if is_other or (sent.amount, sent.target) != decided:
        raise NotWhatWasDecided(f"{operation.public_id}: {sent.id}, {operation.stripe_id}")


def _post(operation: Operation, sent: Sent, at: datetime) -> None:
    """Post what moved our balance at Stripe, and undo it if the bank sent it back."""
    key = f"op:{operation.public_id}"
    if operation.moved_at is None and sent.has_moved and sent.state != State.FAILED:
        _mark_moved(operation, at)
        ledger.post(
            senders.of(operation).kind,
            f"{key}:settled",
            senders.of(operation).legs(operation),
            contract=operation.contract,
            at=at,
        )
    elif operation.moved_at and sent.state == State.FAILED:
        _mark_moved(operation, None)
        posted = LedgerTransaction.objects.get(idem_key=f"{key}:settled")
        ledger.reverse(posted, key=f"{key}:failed", at=at)


def _mark_moved(operation: Operation, at: datetime | None) -> None:
    operation.moved_at = at
    operation.save(update_fields=["moved_at"])


def _take_no(operation: Operation, error: gateway.GatewayError, at: datetime) -> None:
    if isinstance(error, gateway.KeyRefused):
        _open_circuit(operation, at)
    # What it means that the object has moved on is seen only by looking at what Stripe has.
    found = senders.of(operation).find(operation) if isinstance(error, gateway.Overtaken) else None
    if found:
        settle(operation, found, at=at)
    else:
        _record(operation, _after(error, operation), at)


def _open_circuit(operation: Operation, at: datetime) -> None:
    """Put off all of a kind: a key that Stripe does not take is our configuration, not their no."""
    waiting = Operation.objects.filter(kind=operation.kind, status=Status.PENDING)
    until = at + CIRCUIT_IS_OPEN
    waiting.filter(Q(due_at__lt=until)).update(due_at=until)


def _after(error: gateway.GatewayError, operation: Operation) -> Outcome:
    """Say what an error means. Only a definite refusal may ever lead to a new key."""
    if isinstance(error, gateway.Unavailable):
        return Outcome("retry", error.code, _backoff(operation), operation.attempt)
    if isinstance(error, gateway.Rejected):
        log.error("operation.frozen", extra={"operation": operation.pk, "code": error.code})
        return Outcome("freeze", error.code, timedelta(0), operation.attempt)
    if operation.kind != Kind.TRANSFER:
        return Outcome("fail", error.code, timedelta(0), operation.attempt)
    # Stripe keeps a refusal under its key for a day, so the next try needs another.
    if error.code == HELD_BY_LOW_BALANCE:
        return Outcome("retry", error.code, LOW_BALANCE_WAIT, operation.attempt + 1)
    return Outcome("block", error.code, timedelta(0), operation.attempt + 1)


def _backoff(operation: Operation) -> timedelta:
    """Double the wait each time; the seconds from the key keep a crowd from coming back at once."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(operation.sends - 1, 10), LONGEST_WAIT)
    return wait + timedelta(seconds=operation.pk % 15)


@transaction.atomic
def _record(operation: Operation, outcome: Outcome, at: datetime) -> None:
    """Write down how a sending ended, unless a webhook has settled the operation meanwhile.

    The contract's lock comes first, as in `settle`: what follows from a refusal is guarded by it.
    """
    if operation.contract:
        contracts.hold(operation.contract)
    operation = Operation.objects.select_for_update(no_key=True, of=("self",)).get(pk=operation.pk)
    if operation.status != Status.SENDING:
        return
    if operation.attempt != outcome.attempt:
        operation.first_sent_at = None
    operation.attempt = outcome.attempt
    operation.error_code = outcome.code
    operation.due_at = at + outcome.wait
    operation.save(update_fields=["first_sent_at", "attempt", "error_code", "due_at"])
    operation.move(outcome.verb, by=None, at=at, reason=outcome.code)
