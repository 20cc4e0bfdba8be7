"""Payments: what becomes of an intent when a card is charged, declined or asked for a proof."""

from dataclasses import dataclass
from hashlib import sha256

from marketplace.local.fakestripe import balance, currency, events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import CardRefused, Refused, WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import World, new_id

INTENT = "payment_intent"
CHARGE = "charge"
CARD = "card"
BANK = "us_bank_account"


@dataclass(frozen=True)
class Decline:
    """Why a bank says no: https://docs.stripe.com/declines/codes."""

    code: str
    message: str
    decline_code: str | None = None


DECLINES = {
    "card_declined": Decline("card_declined", "Your card was declined.", "generic_decline"),
    "insufficient_funds": Decline(
        "card_declined", "Your card has insufficient funds.", "insufficient_funds"
    ),
    "expired_card": Decline("expired_card", "Your card has expired.", "expired_card"),
    "authentication_failed": Decline(
        "payment_intent_authentication_failure",
        "We are unable to authenticate your payment method. Please choose a different payment "
        "method and try again.",
    ),
    "bank_debit_failed": Decline(
        "payment_intent_payment_attempt_failed", "The bank did not pay the debit."
    ),
}


@dataclass(frozen=True)
class TestCard:
    """What a payment method of Stripe's test mode does besides paying."""

    decline: str = ""
    is_available_at_once: bool = False
    disputed_as: str = ""
    refund: str = ""


# https://docs.stripe.com/testing: the names are Stripe's, and work in its sandboxes too.
TEST_CARDS = {
    "pm_card_visa": TestCard(),
    "pm_card_bypassPending": TestCard(is_available_at_once=True),
    "pm_card_visa_chargeDeclined": TestCard(decline="card_declined"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": TestCard(decline="insufficient_funds"),
    "pm_card_createDispute": TestCard(disputed_as="needs_response"),
    "pm_card_createDisputeInquiry": TestCard(disputed_as="warning_needs_response"),
    "pm_card_pendingRefund": TestCard(refund="arrives_later"),
    "pm_card_refundFail": TestCard(refund="fails_later"),
}
SERVED = (
    "amount",
    "automatic_payment_methods",
    "confirm",
    "currency",
    "description",
    "metadata",
    "payment_method",
    "transfer_group",
)


def begin(
    world: World,
    *,
    amount: int,
    code: str,
    data: Obj,
    methods: list[str],
    customer: str | None = None,
    session: str | None = None,
) -> Obj:
    """Make a payment intent; a checkout session makes its own when the first attempt is made."""
    intent = world.add(
        {
            "id": new_id("pi"),
            "object": INTENT,
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": f"{new_id('pi')}_secret",
            "confirmation_method": "automatic",
            "created": world.now,
            "currency": code,
            "customer": customer,
            "description": data.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": data.get("metadata", {}),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": {},
            "payment_method_types": methods,
            "processing": None,
            "receipt_email": data.get("receipt_email"),
            "review": None,
            "setup_future_usage": None,
            "shipping": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": data.get("transfer_group"),
            "_session": session,
        }
    )
    events.emit(world, "payment_intent.created", intent)
    return intent


def charge_card(
    world: World, intent: Obj, *, email: str | None, proven: bool = False, card: str = ""
) -> Obj:
    """Take the whole amount from the card; `proven` says that 3-D Secure was passed."""
    charge = _charge(world, intent, method=CARD, email=email, status="succeeded", proven=proven)
    charge["_card"] = card
    world.save(charge)
    return _collected(world, intent, charge)


def debit_bank(world: World, intent: Obj, *, email: str | None) -> Obj:
    """Ask a bank account for the amount; whether it pays is known days later."""
    charge = _charge(world, intent, method=BANK, email=email, status="pending")
    intent.update(status="processing", latest_charge=charge["id"], last_payment_error=None)
    intent["payment_method"] = charge["payment_method"]
    world.save(intent)
    events.emit(world, "charge.pending", charge)
    events.emit(world, "payment_intent.processing", intent)
    return intent


def bank_paid(world: World, intent: Obj) -> Obj:
    """Take note that the bank account was debited after all."""
    charge = world.get(CHARGE, intent["latest_charge"])
    charge.update(status="succeeded", paid=True, amount_captured=charge["amount"])
    world.save(charge)
    return _collected(world, intent, charge)


def decline(world: World, intent: Obj, reason: Decline, *, email: str | None) -> Obj:
    """Note that an attempt failed; the payer may try again with the same intent."""
    earlier = world.any_by_id(intent["latest_charge"] or "")
    if earlier and earlier["status"] == "pending":
        charge = earlier
        charge.update(status="failed")
    else:
        charge = _charge(world, intent, method=CARD, email=email, status="failed")
    charge.update(failure_code=reason.decline_code or reason.code, failure_message=reason.message)
    world.save(charge)
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        next_action=None,
        payment_method=None,
        last_payment_error={
            "charge": charge["id"],
            "code": reason.code,
            "decline_code": reason.decline_code,
            "doc_url": f"https://docs.stripe.com/error-codes/{reason.code}",
            "message": reason.message,
            "type": "card_error",
        },
    )
    world.save(intent)
    events.emit(world, "charge.failed", charge)
    events.emit(world, "payment_intent.payment_failed", intent)
    return intent


def ask_for_proof(world: World, intent: Obj, *, url: str) -> Obj:
    """Send the payer to their bank's page before the card is charged."""
    intent.update(
        status="requires_action",
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": None, "url": url},
        },
    )
    world.save(intent)
    events.emit(world, "payment_intent.requires_action", intent)
    return intent


def cancel_unpaid(world: World, intent: Obj, *, reason: str) -> Obj:
    """Close an intent that nobody has paid."""
    intent.update(
        status="canceled", canceled_at=world.now, cancellation_reason=reason, next_action=None
    )
    world.save(intent)
    events.emit(world, "payment_intent.canceled", intent)
    return intent


def settle(world: World, charge: Obj) -> Obj:
    """Put a paid charge on the balance, less Stripe's fee."""
    at_once = test_card(charge).is_available_at_once
    transaction = balance.post(
        world,
        amount=charge["amount"],
        currency=_settled_in(world, charge),
        fee=balance.processing_fee(charge["amount"]),
        kind="charge",
        category="charge",
        source=charge["id"],
        available_on=world.now if at_once else balance.settles_on(world),
        description=charge["description"],
    )
    charge["balance_transaction"] = transaction["id"]
    world.save(charge)
    # As at Stripe, the charge is announced before its balance transaction exists.
    events.emit(world, "charge.updated", charge, before={"balance_transaction": None})
    return charge


def _settled_in(world: World, charge: Obj) -> str:
    """Return in which currency a charge comes onto the balance: its own, unless told otherwise."""
    intent = world.get(INTENT, charge["payment_intent"])
    code: str = intent.get("_settles_in") or charge["currency"]
    return code


def test_card(charge: Obj) -> TestCard:
    """Return what the card of a charge does later; a payer's own card does nothing."""
    return TEST_CARDS.get(charge.get("_card", ""), TEST_CARDS["pm_card_visa"])


def _collected(world: World, intent: Obj, charge: Obj) -> Obj:
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
        payment_method=charge["payment_method"],
    )
    world.save(intent)
    events.emit(world, "charge.succeeded", charge)
    events.emit(world, "payment_intent.succeeded", intent)
    return intent


def _charge(
    world: World,
    intent: Obj,
    *,
    method: str,
    email: str | None,
    status: str,
    proven: bool = False,
) -> Obj:
    paid = status == "succeeded"
    details = _card(email, proven=proven) if method == CARD else _bank()
    return world.add(
        {
            "id": new_id("ch" if method == CARD else "py"),
            "object": CHARGE,
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if paid else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": {
                "address": None,
                "email": email,
                "name": None,
                "phone": None,
                "tax_id": None,
            },
            "calculated_statement_descriptor": "ATTEST",
            "captured": True,
            "created": world.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": _outcome(paid=paid),
            "paid": paid,
            "payment_intent": intent["id"],
            "payment_method": new_id("pm"),
            "payment_method_details": details,
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": status,
            "transfer_data": None,
            "transfer_group": intent["transfer_group"],
        }
    )


def _outcome(*, paid: bool) -> Obj:
    return {
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete." if paid else "The bank did not pay.",
        "type": "authorized" if paid else "issuer_declined",
    }


def _card(email: str | None, *, proven: bool) -> Obj:
    """The card on a payment page is that of whoever pays; a test card of the API has no owner."""
    proof = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    return {
        "type": CARD,
        "card": {
            "brand": "visa",
            "checks": None,
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": sha256(email.encode()).hexdigest()[:16] if email else None,
            "funding": "credit",
            "installments": None,
            "last4": "4242",
            "mandate": None,
            "network": "visa",
            "three_d_secure": proof if proven else None,
            "wallet": None,
        },
    }


def _bank() -> Obj:
    return {
        "type": BANK,
        BANK: {
            "account_holder_type": "company",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "fingerprint": None,
            "last4": "6789",
            "payment_reference": None,
            "routing_number": "110000000",
        },
    }


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/payment_intents, paid at once with one of the test cards of Stripe's sandboxes."""
    call.serve_only(*SERVED)
    world, card = call.world, call.get("payment_method", "")
    if card not in TEST_CARDS or not call.get("confirm"):
        raise WrongValue(
            "payment_method",
            "The stand-in confirms intents at once, with one of " + ", ".join(TEST_CARDS),
        )
    amount, code = call.params["amount"], currency.known(call.params["currency"])
    currency.chargeable(amount, code)
    intent = begin(
        world,
        amount=amount,
        code=code,
        data={**call.params, "metadata": call.metadata()},
        methods=[CARD],
    )
    if reason := TEST_CARDS[card].decline:
        raise CardRefused(DECLINES[reason].message, DECLINES[reason].code)
    charge_card(world, intent, email=None, card=card)
    charge = settle(world, world.get(CHARGE, intent["latest_charge"]))
    if TEST_CARDS[card].disputed_as:
        world.later(0, "disputes.open_by_card", charge["id"])
    return intent


def retrieve(call: Call, intent_id: str) -> Obj:
    """GET /v1/payment_intents/{id}"""
    return call.world.get(INTENT, intent_id)


def list_all(call: Call) -> Obj:
    """GET /v1/payment_intents"""
    return listing.page(call, INTENT, filters=("customer",))


def cancel(call: Call, intent_id: str) -> Obj:
    """POST /v1/payment_intents/{id}/cancel; none that is made here can be cancelled."""
    intent = call.world.get(INTENT, intent_id)
    of_session = intent["_session"]
    why = "and belongs to a Checkout Session. Expire the session instead" if of_session else ""
    raise Refused(
        f"You cannot cancel this PaymentIntent because it has a status of {intent['status']} {why}",
        code="payment_intent_unexpected_state",
    )


def retrieve_charge(call: Call, charge_id: str) -> Obj:
    """GET /v1/charges/{id}"""
    return call.world.get(CHARGE, charge_id)


def list_charges(call: Call) -> Obj:
    """GET /v1/charges"""
    return listing.page(call, CHARGE, filters=("customer", "payment_intent", "transfer_group"))
