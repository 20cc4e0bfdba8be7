"""Money that somebody moved at Stripe itself: taken into our books, and our staff told of it.

What was ours to decide is looked up and settled; what was not is adopted as `external`. It comes
out of what is held where that is enough; what nobody can place stays in suspense for a person.
"""

import logging
from datetime import datetime

from django.db import transaction

from contracts import fees, gateway
from contracts.models import (
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    PayoutAccount,
    Refund,
    Release,
)
from contracts.services import (
    contracts,
    disputes,
    documents,
    finance_notices,
    ledger,
    operations,
    refunds,
    senders,
)
from contracts.services.senders import State
from marketplace.kit.money import Money

log = logging.getLogger(__name__)

Kind = Operation.Kind
EXTERNAL = LedgerTransaction.Kind.EXTERNAL


@transaction.atomic
def settle_refund(refund: gateway.Refund, *, at: datetime) -> None:
    """Take note of a refund, ours or not."""
    sent = senders.seen_refund(refund)
    payment = _held(Payment.objects.filter(intent_id=refund.intent_id).first())
    if operation := _known(refund.operation_id, refund.id):
        operations.settle(operation, sent, at=at)
        return
    if payment and sent.state != State.FAILED:
        _adopt_refund(refund, payment, at)


@transaction.atomic
def settle_transfer(transfer: gateway.Transfer, *, at: datetime) -> None:
    """Take note of a transfer, ours or not."""
    sent = senders.seen_transfer(transfer)
    payment = _held(_payment_behind(transfer))
    if operation := _known(transfer.operation_id, transfer.id):
        operations.settle(operation, sent, at=at)
        return
    if not LedgerTransaction.objects.filter(idem_key=_key(transfer.id)).exists():
        _adopt_transfer(transfer, payment, at)


@transaction.atomic
def settle_reversal(reversal: gateway.Reversal, *, at: datetime) -> None:
    """Take note of a reversal, ours or not."""
    sent = senders.seen_reversal(reversal)
    transfer = Operation.objects.filter(stripe_id=reversal.transfer_id).first()
    if transfer and transfer.contract:
        contracts.hold(transfer.contract)
    if operation := _known(reversal.operation_id, reversal.id):
        operations.settle(operation, sent, at=at)
        return
    if transfer is None:
        _set_apart(reversal.id, -reversal.amount, at)
        return
    operations.adopt(
        Kind.REVERSAL,
        sent,
        _params(reversal.amount, transfer=reversal.transfer_id),
        contract=transfer.contract,
        release=transfer.release,
        transfer=transfer,
        at=at,
    )
    _alert("reversal", reversal.id, reversal.amount, at)


@transaction.atomic
def settle_payout(payout: gateway.Payout, *, at: datetime) -> None:
    """Take note of a payout of our own balance, ours or not."""
    sent = senders.seen_payout(payout)
    if operation := _known(payout.operation_id, payout.id):
        operations.settle(operation, sent, at=at)
    elif sent.state != State.FAILED:
        operations.adopt(Kind.PAYOUT, sent, _params(payout.amount), contract=None, at=at)
        _alert("payout", payout.id, payout.amount, at)


def _held(payment: Payment | None) -> Payment | None:
    """Take the lock of a payment's contract, and read the payment as it is then.

    Several events tell of one thing: whoever waited here finds it in our books.
    """
    if payment:
        contracts.hold(payment.milestone.contract)
        payment.refresh_from_db()
    return payment


def _known(operation_id: str, stripe_id: str) -> Operation | None:
    """Return the operation of an object: by the name we gave it, or because we adopted it."""
    rows = Operation.objects.select_related("contract")
    named = rows.filter(public_id=operation_id).first() if operation_id else None
    return named or rows.filter(stripe_id=stripe_id).first()


# --- Refunds


def _adopt_refund(refund: gateway.Refund, payment: Payment, at: datetime) -> None:
    milestone = payment.milestone
    contract = milestone.contract
    nothing = Money(0, refund.amount.currency)
    is_held = payment.status == Payment.Status.HELD
    price, fee = refunds.cut_of_held(milestone, refund.amount) if is_held else (nothing, nothing)
    rest = refund.amount - price - fee
    rows = [
        Refund.objects.create(
            kind=Refund.Kind.OUTSIDE,
            payment=payment,
            milestone=of,
            amount_minor=amount.minor,
            fee_minor=part.minor,
            created_at=at,
        )
        for of, amount, part in ((milestone, price, fee), (None, rest, nothing))
        if amount
    ]
    ledger.post(
        EXTERNAL,
        _key(refund.id),
        [
            ledger.debit(ledger.escrow(milestone), price),
            ledger.debit(ledger.fee_deferred(milestone), fee),
            ledger.debit(ledger.suspense(rest.currency), rest),
            ledger.credit(ledger.refund_payable(payment), refund.amount),
        ],
        contract=contract,
        at=at,
    )
    for row in rows:
        documents.issue_credit_note(row, at=at)
    operations.adopt(
        Kind.REFUND,
        senders.seen_refund(refund),
        _params(refund.amount, payment_intent=refund.intent_id),
        contract=contract,
        refund=rows[0],
        at=at,
    )
    _end_if_nothing_is_held(milestone, at, partly="split", wholly="refund")
    _alert("refund", refund.id, refund.amount, at)


# --- Transfers


def _adopt_transfer(transfer: gateway.Transfer, payment: Payment | None, at: datetime) -> None:
    milestone = payment.milestone if payment and payment.status == Payment.Status.HELD else None
    if milestone is None or not transfer.amount <= ledger.balance(ledger.escrow(milestone)):
        _set_apart(transfer.id, transfer.amount, at)
        return
    contract = milestone.contract
    release = _release_outside(milestone, transfer.amount, at)
    client_fee = Money(release.client_fee_minor, contract.currency)
    ledger.post(
        EXTERNAL,
        _key(transfer.id),
        [
            ledger.debit(ledger.escrow(milestone), release.gross),
            ledger.debit(ledger.fee_deferred(milestone), client_fee),
            ledger.credit(ledger.payable(contract.expert, contract.currency), release.gross),
            ledger.credit(ledger.fee_revenue(contract.currency), client_fee),
        ],
        contract=contract,
        at=at,
    )
    documents.issue_for_release(release, at=at)
    operations.adopt(
        Kind.TRANSFER,
        senders.seen_transfer(transfer),
        _params(transfer.amount, destination=transfer.destination),
        contract=contract,
        release=release,
        at=at,
    )
    _end_if_nothing_is_held(milestone, at, partly="pay_out_rest", wholly="pay_out_rest")
    _alert("transfer", transfer.id, transfer.amount, at)


def _payment_behind(transfer: gateway.Transfer) -> Payment | None:
    """Return the payment that a transfer took from, if it went to that contract's expert."""
    account = PayoutAccount.objects.filter(stripe_id=transfer.destination).first()
    if account is None or not transfer.source_transaction:
        return None
    to_its_expert = Payment.objects.filter(milestone__contract__expert=account.expert_id)
    return to_its_expert.filter(charge_id=transfer.source_transaction).first()


def _release_outside(milestone: Milestone, amount: Money, at: datetime) -> Release:
    """Write down what was let go; our fee on it is not the expert's, who got all of it."""
    contract = milestone.contract
    client_fee = fees.earned_by(amount, released_before=milestone.gone, bps=contract.client_fee_bps)
    return Release.objects.create(
        milestone=milestone,
        kind=Release.Kind.OUTSIDE,
        number=milestone.releases.count() + 1,
        gross_minor=amount.minor,
        expert_fee_minor=0,
        client_fee_minor=client_fee.minor,
        created_at=at,
    )


def _set_apart(stripe_id: str, left: Money, at: datetime) -> None:
    """Keep what nobody can place in suspense; `left` is below zero for what came back."""
    if LedgerTransaction.objects.filter(idem_key=_key(stripe_id)).exists():
        return
    ledger.post(
        EXTERNAL,
        _key(stripe_id),
        [
            ledger.debit(ledger.suspense(left.currency), left),
            ledger.credit(ledger.stripe(left.currency), left),
        ],
        contract=None,
        at=at,
    )
    _alert("transfer", stripe_id, left, at)


# --- What follows


def _end_if_nothing_is_held(
    milestone: Milestone, at: datetime, *, partly: str, wholly: str
) -> None:
    """Move a milestone whose money is gone; what of it was disputed is not any more."""
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    disputes.start_over(milestone, at=at)
    if ledger.balance(ledger.escrow(milestone)):
        return
    is_shared = bool(milestone.released) and bool(milestone.returned)
    verb = partly if is_shared else wholly
    if milestone.may(verb):
        milestone.review_due_at = None
        milestone.save(update_fields=["review_due_at"])
        milestone.move(verb, by=None, at=at, reason="external")
        contracts.close_if_over(milestone.contract, by=None, at=at)


def _params(amount: Money, **target: str) -> dict[str, object]:
    return {"amount": amount.minor, "currency": amount.currency, "metadata": {}} | target


def _key(stripe_id: str) -> str:
    return f"external:{stripe_id}"


def _alert(kind: str, stripe_id: str, amount: Money, at: datetime) -> None:
    log.error("stripe.external", extra={"kind": kind, "object": stripe_id})
    finance_notices.money_moved_outside(stripe_id, amount, at)
