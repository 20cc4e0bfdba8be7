"""How each kind of operation is said to Stripe, and what it does to our books.

`operations` decides when and how often something is sent; a `Way` knows only its own kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from contracts import gateway
from contracts.models import LedgerTransaction, Operation, PayoutAccount
from contracts.services import ledger, onboarding
from contracts.services.ledger import Leg
from marketplace.kit.money import Money

# How long we trust what we last saw of an expert's account before money depends on it.
ACCOUNT_IS_FRESH = timedelta(minutes=10)


class State(Enum):
    """How far Stripe is with what it was asked."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sent:
    """What Stripe has for an operation; `target` is where it goes, or what it takes from."""

    id: str
    amount: Money
    target: str
    state: State
    # Whether our balance at Stripe has changed by it; what is done has.
    has_moved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of operation: what it is in the ledger, and how Stripe is asked for it."""

    kind: LedgerTransaction.Kind
    # The parameter that names the target, which never changes once it was sent.
    target: str
    is_ready: Callable[[Operation, datetime], bool]
    send: Callable[[Operation], Sent]
    find: Callable[[Operation], Sent | None]
    legs: Callable[[Operation], list[Leg]]


def of(operation: Operation) -> Way:
    """Return how this operation is sent."""
    return WAYS[Operation.Kind(operation.kind)]


# --- Transfers to an expert


def seen_transfer(transfer: gateway.Transfer) -> Sent:
    """A transfer that exists has happened."""
    return Sent(
        transfer.id, transfer.amount, transfer.destination, state=State.DONE, has_moved=True
    )


def _payee_is_ready(operation: Operation, at: datetime) -> bool:
    """Whether the expert's account takes money now; one opened since the decision is written in."""
    account = PayoutAccount.objects.filter(expert__contracts=operation.contract_id).first()
    if account and account.checked_at < at - ACCOUNT_IS_FRESH:
        account = onboarding.sync(account, at=at)
    if account is None or not account.takes_money(at):
        return False
    if not operation.params["destination"]:
        operation.params["destination"] = account.stripe_id
    # What was decided for an account that has been replaced goes to the new one only by a person.
    return bool(operation.params["destination"] == account.stripe_id)


def _send_transfer(operation: Operation) -> Sent:
    sent = gateway.provider().transfer(_named(operation), key=operation.key)
    return seen_transfer(sent)


def _find_transfer(operation: Operation) -> Sent | None:
    found = gateway.provider().find_transfer(
        group=operation.params["transfer_group"], operation_id=operation.public_id
    )
    return seen_transfer(found) if found else None


def _transfer_legs(operation: Operation) -> list[Leg]:
    amount, contract = operation.amount, operation.contract
    assert contract  # noqa: S101 (an expert is paid for a contract)
    return [
        ledger.debit(ledger.payable(contract.expert, amount.currency), amount),
        ledger.credit(ledger.stripe(amount.currency), amount),
    ]


# --- Transfers taken back


def seen_reversal(reversal: gateway.Reversal) -> Sent:
    """A reversal that exists has happened."""
    return Sent(
        reversal.id, reversal.amount, reversal.transfer_id, state=State.DONE, has_moved=True
    )


def _send_reversal(operation: Operation) -> Sent:
    sent = gateway.provider().reverse_transfer(
        operation.params["transfer"], _named(operation), key=operation.key
    )
    return seen_reversal(sent)


def _find_reversal(operation: Operation) -> Sent | None:
    found = gateway.provider().find_reversal(
        transfer_id=operation.params["transfer"], operation_id=operation.public_id
    )
    return seen_reversal(found) if found else None


def _reversal_legs(operation: Operation) -> list[Leg]:
    amount, contract = operation.amount, operation.contract
    assert contract  # noqa: S101 (what is taken back was paid for a contract)
    return [
        ledger.debit(ledger.stripe(amount.currency), amount),
        ledger.credit(ledger.payable(contract.expert, amount.currency), amount),
    ]


# --- Refunds to a client


REFUND_STATES = {
    "succeeded": State.DONE,
    "pending": State.PENDING,
    "requires_action": State.PENDING,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def seen_refund(refund: gateway.Refund) -> Sent:
    """A refund is a process: with the bank, done, or refused, also after it was called done."""
    # A status Stripe invents later is not an end of it.
    state = REFUND_STATES.get(refund.status, State.PENDING)
    return Sent(
        refund.id,
        refund.amount,
        refund.intent_id,
        state=state,
        has_moved=state == State.DONE or refund.balance_transaction_id is not None,
        reason=refund.failure_reason,
    )


def _send_refund(operation: Operation) -> Sent:
    return seen_refund(gateway.provider().refund(_named(operation), key=operation.key))


def _find_refund(operation: Operation) -> Sent | None:
    found = gateway.provider().find_refund(
        intent_id=operation.params["payment_intent"], operation_id=operation.public_id
    )
    return seen_refund(found) if found else None


def _refund_legs(operation: Operation) -> list[Leg]:
    assert operation.refund  # noqa: S101 (decided together)
    return [
        ledger.debit(ledger.refund_payable(operation.refund.payment), operation.amount),
        ledger.credit(ledger.stripe(operation.amount.currency), operation.amount),
    ]


# --- Payouts of our own fees


PAYOUT_STATES = {"paid": State.DONE, "failed": State.FAILED, "canceled": State.FAILED}


def seen_payout(payout: gateway.Payout) -> Sent:
    """A payout leaves our balance at once, and may come back for days."""
    return Sent(
        payout.id,
        payout.amount,
        "",
        state=PAYOUT_STATES.get(payout.status, State.PENDING),
        has_moved=True,
        reason=payout.failure_code,
    )


def _send_payout(operation: Operation) -> Sent:
    return seen_payout(gateway.provider().pay_out(_named(operation), key=operation.key))


def _find_payout(operation: Operation) -> Sent | None:
    found = gateway.provider().find_payout(
        operation_id=operation.public_id, since=operation.created_at
    )
    return seen_payout(found) if found else None


def _payout_legs(operation: Operation) -> list[Leg]:
    amount = operation.amount
    return [
        ledger.debit(ledger.bank(amount.currency), amount),
        ledger.credit(ledger.stripe(amount.currency), amount),
    ]


# --- The table


def _always(_operation: Operation, _at: datetime) -> bool:
    return True


def _named(operation: Operation) -> dict[str, Any]:
    """The frozen order with our own name on it, by which it is found again."""
    metadata = {**operation.params["metadata"], "op_id": operation.public_id}
    return {**operation.params, "metadata": metadata}


Kind = LedgerTransaction.Kind

WAYS: Mapping[Operation.Kind, Way] = {
    Operation.Kind.TRANSFER: Way(
        kind=Kind.TRANSFER,
        target="destination",
        is_ready=_payee_is_ready,
        send=_send_transfer,
        find=_find_transfer,
        legs=_transfer_legs,
    ),
    Operation.Kind.REVERSAL: Way(
        kind=Kind.REVERSAL,
        target="transfer",
        is_ready=_always,
        send=_send_reversal,
        find=_find_reversal,
        legs=_reversal_legs,
    ),
    Operation.Kind.REFUND: Way(
        kind=Kind.REFUND_SETTLED,
        target="payment_intent",
        is_ready=_always,
        send=_send_refund,
        find=_find_refund,
        legs=_refund_legs,
    ),
    Operation.Kind.PAYOUT: Way(
        kind=Kind.PLATFORM_PAYOUT,
        target="",
        is_ready=_always,
        send=_send_payout,
        find=_find_payout,
        legs=_payout_legs,
    ),
}
