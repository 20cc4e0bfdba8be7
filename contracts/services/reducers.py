"""What each kind of event has us ask Stripe, and which service takes note of the answer.

What an event says is never used. A reducer fetches its object, holding no lock, and returns what to
do inside the transaction that finishes the event; events may come twice, late or in any order.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from contracts import gateway
from contracts.models import Operation, Payment, PayoutAccount, StripeEvent
from contracts.services import chargebacks, expert_payouts, externals, onboarding, payments

# What to do inside the transaction that finishes the event.
TakeNote = Callable[[datetime], object]
# Asks Stripe about the event's object; returns nothing when it is none of ours.
Reducer = Callable[[StripeEvent], TakeNote | None]


# --- Payments


def _session(event: StripeEvent) -> TakeNote | None:
    """The page itself names the payment, so this works before we have heard of the page."""
    session = gateway.provider().checkout(event.object_id)
    return _settled(session.payment_id, session)


def _charge_or_intent(event: StripeEvent) -> TakeNote | None:
    return _payment_behind(event.object_id)


def _refused_charge(event: StripeEvent) -> TakeNote | None:
    """A page takes one card after the other; its session knows the last one alone."""
    return _payment_behind(event.object_id, refused=event.object_id)


def _payment_behind(object_id: str, *, refused: str = "") -> TakeNote | None:
    payment_id = gateway.provider().payment_of(object_id)
    payment = Payment.objects.filter(public_id=payment_id).first()
    if payment is None or not payment.session_id:
        # Not ours, or so new that the page's own event is still to come.
        return None
    return _settled(payment_id, gateway.provider().checkout(payment.session_id), refused=refused)


def _settled(payment_id: str, session: gateway.Session, *, refused: str = "") -> TakeNote | None:
    payment = Payment.objects.filter(public_id=payment_id).first()
    if payment is None:
        return None
    return lambda at: payments.settle(payment, session, at=at, refused=refused)


# --- What we sent, or somebody sent without us


def _transfer(event: StripeEvent) -> TakeNote | None:
    """A transfer, and with it what was taken back of it: Stripe tells reversals no other way."""
    transfer = gateway.provider().transfer_by_id(event.object_id)
    reversals = list(gateway.provider().reversals_of(transfer.id)) if transfer.reversed else []
    if _is_elsewhere(transfer.operation_id):
        return None

    def take_note(at: datetime) -> None:
        externals.settle_transfer(transfer, at=at)
        for reversal in reversals:
            externals.settle_reversal(reversal, at=at)

    return take_note


def _refund(event: StripeEvent) -> TakeNote | None:
    refund = gateway.provider().refund_by_id(event.object_id)
    if _is_elsewhere(refund.operation_id):
        return None
    return lambda at: externals.settle_refund(refund, at=at)


def _refunds_of_charge(event: StripeEvent) -> TakeNote | None:
    """All refunds of a charge, because the event names none."""
    payment = Payment.objects.filter(charge_id=event.object_id).first()
    if payment is None:
        return _payment_behind(event.object_id)
    refunds = list(gateway.provider().refunds_of(payment.intent_id or ""))

    def take_note(at: datetime) -> None:
        for refund in refunds:
            if not _is_elsewhere(refund.operation_id):
                externals.settle_refund(refund, at=at)

    return take_note


def _payout(event: StripeEvent) -> TakeNote | None:
    payout = gateway.provider().payout_by_id(event.object_id)
    if _is_elsewhere(payout.operation_id):
        return None
    return lambda at: externals.settle_payout(payout, at=at)


def _is_elsewhere(operation_id: str) -> bool:
    """Whether another system of ours, and not a person at Stripe, has made it."""
    return bool(operation_id) and not Operation.objects.filter(public_id=operation_id).exists()


# --- What a bank takes


def _chargeback(event: StripeEvent) -> TakeNote | None:
    seen = chargebacks.look(event.object_id)
    payment = chargebacks.payment_of(seen.chargeback)
    if payment:
        return lambda at: chargebacks.settle(payment, seen, at=at)
    paid = _payment_behind(seen.chargeback.charge_id)
    if paid is None:
        return None

    def take_note(at: datetime) -> None:
        """The payment's own events were lost: it comes first."""
        paid(at)
        payment = chargebacks.payment_of(seen.chargeback)
        if payment:
            chargebacks.settle(payment, seen, at=at)

    return take_note


# --- Experts' accounts


def _account(event: StripeEvent) -> TakeNote | None:
    account = PayoutAccount.objects.filter(stripe_id=event.account or event.object_id).first()
    if account is None:
        return None
    seen = gateway.provider().account(account.stripe_id)
    return lambda at: onboarding.settle(account, seen, at=at)


def _payout_details(event: StripeEvent) -> TakeNote | None:
    """Where an expert's money goes after their account has changed."""
    account = PayoutAccount.objects.filter(stripe_id=event.account).first()
    if account is None:
        return None
    is_new = event.kind.endswith(".created")
    # Signed by Stripe, and about no money: what it says of the bank account can be taken as it is.
    bank = event.payload.get("data", {}).get("object", {}).get("fingerprint") or ""
    return lambda at: onboarding.note_new_details(
        account, source=event.event_id, bank=bank, at=at, is_new=is_new
    )


def _expert_payout(event: StripeEvent) -> TakeNote | None:
    account = PayoutAccount.objects.filter(stripe_id=event.account).first()
    if account is None:
        return None
    payout = gateway.provider().payout_by_id(event.object_id, account=account.stripe_id)
    return lambda at: expert_payouts.settle(account, payout, at=at)


# By endpoint, because the same type may come from a connected account, about an object of theirs.
REDUCERS: Mapping[str, Mapping[str, Reducer]] = {
    "platform": {
        "checkout.session.completed": _session,
        "checkout.session.async_payment_succeeded": _session,
        "checkout.session.async_payment_failed": _session,
        "checkout.session.expired": _session,
        "payment_intent.succeeded": _charge_or_intent,
        "payment_intent.processing": _charge_or_intent,
        "payment_intent.payment_failed": _charge_or_intent,
        "payment_intent.canceled": _charge_or_intent,
        "charge.succeeded": _charge_or_intent,
        "charge.updated": _charge_or_intent,
        "charge.failed": _refused_charge,
        "charge.refunded": _refunds_of_charge,
        "charge.dispute.created": _chargeback,
        "charge.dispute.updated": _chargeback,
        "charge.dispute.closed": _chargeback,
        "charge.dispute.funds_withdrawn": _chargeback,
        "charge.dispute.funds_reinstated": _chargeback,
        "transfer.created": _transfer,
        "transfer.updated": _transfer,
        "transfer.reversed": _transfer,
        "refund.created": _refund,
        "refund.updated": _refund,
        "refund.failed": _refund,
        "payout.created": _payout,
        "payout.updated": _payout,
        "payout.paid": _payout,
        "payout.failed": _payout,
        "payout.canceled": _payout,
    },
    "connect": {
        "account.updated": _account,
        "account.application.deauthorized": _account,
        "account.external_account.created": _payout_details,
        "account.external_account.updated": _payout_details,
        "account.external_account.deleted": _payout_details,
        "capability.updated": _account,
        "payout.created": _expert_payout,
        "payout.updated": _expert_payout,
        "payout.paid": _expert_payout,
        "payout.failed": _expert_payout,
        "payout.canceled": _expert_payout,
    },
    "thin": {
        "v2.core.account.updated": _account,
        "v2.core.account.closed": _account,
        "v2.core.account[requirements].updated": _account,
        "v2.core.account[configuration.recipient].capability_status_updated": _account,
    },
}
