"""Money going out: decided in one transaction, sent outside every one, settled once in another.

A worker may die and an answer may be lost at any point; `docs/money.md` walks through them. The
frozen key makes a repeat harmless while Stripe remembers it, the look-up does once it may not.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from contracts import gateway
from contracts.models import LedgerTransaction, Operation, Payment, PayoutAccount, Release
from contracts.services import contracts, ledger, onboarding
from marketplace.kit.money import Money

log = logging.getLogger(__name__)

Status = Operation.Status
CLAIMABLE = (Status.PENDING, Status.SENDING)
# A worker that dies while sending leaves its operation to another after this long. A call takes
# at most a minute; should a slow worker still be at it, the key makes the second one harmless.
LEASE = timedelta(seconds=120)
# How long we trust what we last saw of an expert's account before money depends on it.
ACCOUNT_IS_FRESH = timedelta(minutes=10)
# Stripe may forget a key after 24 hours (docs.stripe.com/api/idempotent_requests); we stop relying
# on it four hours earlier.
KEY_IS_SAFE = timedelta(hours=20)
# Two looks this far apart have to miss a transfer before we believe that it never happened.
LOOK_AGAIN = timedelta(minutes=10)
NOT_FOUND = "not_found"
# A balance that was too low may do after the next payments have settled.
LOW_BALANCE_WAIT = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)


class WrongTransfer(Exception):
    """Another transfer than the one we decided on: the bug this module exists to prevent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows when a sending did not end in a transfer."""

    verb: str
    code: str
    wait: timedelta
    attempt: int


@transaction.atomic
def decide_transfer(release: Release, payment: Payment, *, at: datetime) -> Operation:
    """Decide to send an expert the net of a release, out of the payment that was held for it."""
    contract = release.milestone.contract
    account = PayoutAccount.objects.filter(expert=contract.expert).first()
    operation = Operation.objects.create(
        kind=Operation.Kind.TRANSFER,
        contract=contract,
        release=release,
        business_key=f"transfer:{release.public_id}",
        params={
            "amount": release.net.minor,
            "currency": contract.currency,
            "destination": account.stripe_id if account else "",
            "source_transaction": payment.charge_id,
            "transfer_group": gateway.group_of(contract.public_id),
            "metadata": {"release_id": release.public_id},
        },
        created_at=at,
        due_at=at,
    )
    operation.move("request", by=release.by, at=at)
    return operation


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
        transfer = _carried_out(operation, at)
    except gateway.GatewayError as error:
        log.warning("operation.not_sent", extra={"operation": operation.pk, "code": error.code})
        _record(operation, _after(error, operation), at)
    else:
        if transfer:
            settle(operation, transfer, at=at)


@transaction.atomic
def settle(operation: Operation, transfer: gateway.Transfer, *, at: datetime) -> Operation:
    """Take note that the money has moved; the worker, the webhook and the look-up all end here.

    :raises WrongTransfer: if it is not the one transfer we decided on.
    """
    contracts.hold(operation.contract)
    operation = Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
    if operation.status == Status.SUCCEEDED:
        if operation.stripe_id != transfer.id:
            raise WrongTransfer(f"{operation.public_id}: {operation.stripe_id} and {transfer.id}")
        return operation
    decided = Money(operation.params["amount"], operation.params["currency"])
    if (transfer.amount, transfer.destination) != (decided, operation.params["destination"]):
        raise WrongTransfer(f"{operation.public_id}: {transfer.id} is not what was decided")
    operation.stripe_id = transfer.id
    operation.error_code = ""
    operation.save(update_fields=["stripe_id", "error_code"])
    operation.move("succeed", by=None, at=at)
    _post(operation, transfer.amount, at)
    return operation


@transaction.atomic
def _claim(operation_pk: int, at: datetime) -> Operation | None:
    """Take a due operation for as long as the lease; of two workers one gets it."""
    rows = Operation.objects.select_for_update(skip_locked=True, of=("self",))
    operation = rows.filter(pk=operation_pk, status__in=CLAIMABLE, due_at__lte=at).first()
    if operation is None:
        return None
    operation.move("claim", by=None, at=at)
    operation.due_at = at + LEASE
    operation.sends += 1
    operation.save(update_fields=["due_at", "sends"])
    return operation


def _carried_out(operation: Operation, at: datetime) -> gateway.Transfer | None:
    """Ask Stripe for the transfer: by looking it up if the key is old, else by sending it."""
    if operation.first_sent_at and operation.first_sent_at < at - KEY_IS_SAFE:
        return _looked_up(operation, at)
    account = _payee(operation, at)
    if account is None or not account.can_receive:
        _record(operation, Outcome("block", "", timedelta(0), operation.attempt), at)
        return None
    _prepare(operation, account, at)
    named = operation.params["metadata"] | {"op_id": operation.public_id}
    order = operation.params | {"metadata": named}
    return gateway.provider().transfer(order, key=operation.key)


def _looked_up(operation: Operation, at: datetime) -> gateway.Transfer | None:
    """Look for the transfer; only a second miss allows a new key, and with it a new sending."""
    found = gateway.provider().find_transfer(
        group=operation.params["transfer_group"], operation_id=operation.public_id
    )
    if found:
        return found
    if operation.error_code == NOT_FOUND:
        _record(operation, Outcome("retry", "", timedelta(0), operation.attempt + 1), at)
    else:
        _record(operation, Outcome("retry", NOT_FOUND, LOOK_AGAIN, operation.attempt), at)
    return None


def _payee(operation: Operation, at: datetime) -> PayoutAccount | None:
    """Return the expert's account as it stands now, asking Stripe if what we know is old."""
    account = PayoutAccount.objects.filter(expert__contracts=operation.contract_id).first()
    if account and account.checked_at < at - ACCOUNT_IS_FRESH:
        return onboarding.sync(account, at=at)
    return account


def _prepare(operation: Operation, account: PayoutAccount, at: datetime) -> None:
    """Write down where it goes and that it is on its way, before it is."""
    if not operation.params["destination"]:
        operation.params["destination"] = account.stripe_id
    operation.first_sent_at = operation.first_sent_at or at
    operation.save(update_fields=["params", "first_sent_at"])


def _after(error: gateway.GatewayError, operation: Operation) -> Outcome:
    """Say what an error means. Only a definite refusal may ever lead to a new key."""
    if isinstance(error, gateway.Unavailable):
        return Outcome("retry", error.code, _backoff(operation), operation.attempt)
    if isinstance(error, gateway.Rejected):
        log.error("operation.frozen", extra={"operation": operation.pk, "code": error.code})
        return Outcome("freeze", error.code, timedelta(0), operation.attempt)
    # Stripe keeps a refusal under its key for a day, so the next try needs another.
    if error.code == "balance_insufficient":
        return Outcome("retry", error.code, LOW_BALANCE_WAIT, operation.attempt + 1)
    return Outcome("block", error.code, timedelta(0), operation.attempt + 1)


def _backoff(operation: Operation) -> timedelta:
    """Double the wait each time; the seconds from the key keep a crowd from coming back at once."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(operation.sends - 1, 10), LONGEST_WAIT)
    return wait + timedelta(seconds=operation.pk % 15)


@transaction.atomic
def _record(operation: Operation, outcome: Outcome, at: datetime) -> None:
    """Write down how a sending ended, unless a webhook has settled the operation meanwhile."""
    operation = Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
    if operation.status != Status.SENDING:
        return
    if operation.attempt != outcome.attempt:
        operation.first_sent_at = None
    operation.attempt = outcome.attempt
    operation.error_code = outcome.code
    operation.due_at = at + outcome.wait
    operation.save(update_fields=["first_sent_at", "attempt", "error_code", "due_at"])
    operation.move(outcome.verb, by=None, at=at, reason=outcome.code)


def _post(operation: Operation, amount: Money, at: datetime) -> None:
    contract = operation.contract
    ledger.post(
        LedgerTransaction.Kind.TRANSFER,
        f"op:{operation.public_id}:settled",
        [
            ledger.credit(ledger.stripe(amount.currency), amount),
            ledger.debit(ledger.payable(contract.expert, amount.currency), amount),
        ],
        contract=contract,
        at=at,
    )
