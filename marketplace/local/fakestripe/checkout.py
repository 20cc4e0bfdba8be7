"""Checkout sessions: one page on which one payment is made, within the time it is open."""

from enum import StrEnum
from typing import Any

from marketplace.local.fakestripe import currency, events, listing, payments
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.customers import CUSTOMER
from marketplace.local.fakestripe.endpoints import reachable
from marketplace.local.fakestripe.errors import Refused, WrongValue
from marketplace.local.fakestripe.payments import BANK, CARD, DECLINES
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import DAY, MINUTE, World, new_id

SESSION = "checkout.session"
SHORTEST = 30 * MINUTE
LONGEST = DAY
MOST_LINES = 100
SERVED = (
    "allowed_payment_method_types",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_email",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "submit_type",
    "success_url",
    "ui_mode",
)
SERVED_OF_INTENT = ("description", "metadata", "receipt_email", "transfer_group")
PLACE_OF_ID = "{CHECKOUT_SESSION_ID}"


class NotOpen(Refused):
    """The session is complete or expired, so nobody can pay or expire it any more."""

    def __init__(self, session: Obj) -> None:
        super().__init__(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )


class Outcome(StrEnum):
    """What a payer does on the page, or their bank some days later."""

    PAID = "paid"
    PROVEN = "paid_with_3ds"
    DECLINED = "card_declined"
    NO_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    PROOF_FAILED = "authentication_failed"
    BANK_DEBIT = "processing"
    BANK_PAID = "async_paid"
    BANK_FAILED = "async_failed"


def apply(world: World, session: Obj, outcome: Outcome) -> Obj:
    """Let an outcome happen to a session and return what has become of it.

    :raises NotOpen: if the session is past that.
    """
    if outcome in {Outcome.BANK_PAID, Outcome.BANK_FAILED}:
        return _bank_answers(world, session, paid=outcome is Outcome.BANK_PAID)
    intent = attempt(world, session)
    email = _email(world, session)
    if outcome in {Outcome.PAID, Outcome.PROVEN}:
        payments.charge_card(world, intent, email=email, proven=outcome is Outcome.PROVEN)
        return _complete(world, session, intent, paid=True)
    if outcome is Outcome.BANK_DEBIT:
        payments.debit_bank(world, intent, email=email)
        return _complete(world, session, intent, paid=False)
    payments.decline(world, intent, DECLINES[outcome.value], email=email)
    return session


def attempt(world: World, session: Obj) -> Obj:
    """Return the payment intent of an open session, made at the first attempt.

    :raises NotOpen: if nobody can pay any more.
    """
    if session["status"] != "open":
        raise NotOpen(session)
    if session["payment_intent"]:
        return world.get(payments.INTENT, session["payment_intent"])
    intent = payments.begin(
        world,
        amount=session["amount_total"],
        code=session["currency"],
        data=session["_payment_intent_data"],
        methods=session["payment_method_types"],
        customer=session["customer"],
        session=session["id"],
    )
    session["payment_intent"] = intent["id"]
    world.save(session)
    return intent


def tamper(
    world: World,
    session: Obj,
    *,
    amount: int | None,
    code: str | None,
    settles_in: str | None = None,
) -> None:
    """Let another amount be asked of the payer than the session says, as Stripe never should.

    :param settles_in: the currency in which it comes onto the balance, one for one.
    :raises NotOpen: if nobody can pay any more.
    """
    intent = attempt(world, session)
    intent.update(amount=amount or intent["amount"], currency=code or intent["currency"])
    intent["_settles_in"] = settles_in
    world.save(intent)


def expire_now(world: World, session: Obj) -> Obj:
    """Close an open session unpaid.

    :raises NotOpen: if it is not open.
    """
    if session["status"] != "open":
        raise NotOpen(session)
    session.update(status="expired", url=None)
    world.save(session)
    if session["payment_intent"]:
        intent = world.get(payments.INTENT, session["payment_intent"])
        payments.cancel_unpaid(world, intent, reason="automatic")
    events.emit(world, "checkout.session.expired", session)
    return session


def expire_in_time(world: World, session_id: str) -> None:
    """Close a session whose time is over, if it is still open."""
    session = world.get(SESSION, session_id)
    if session["status"] == "open":
        expire_now(world, session)


def way_back(session: Obj) -> str:
    """Return where the payer goes after paying."""
    url: str = session["success_url"]
    return url.replace(PLACE_OF_ID, session["id"])


def takes_bank_debits(session: Obj) -> bool:
    """Tell whether the page may offer a payment that is known to work only days later."""
    return BANK in session["payment_method_types"]


def _complete(world: World, session: Obj, intent: Obj, *, paid: bool) -> Obj:
    session.update(
        status="complete",
        payment_status="paid" if paid else "unpaid",
        url=None,
        customer_details=_details(world, session),
    )
    world.save(session)
    events.emit(world, "checkout.session.completed", session)
    if paid:
        payments.settle(world, world.get(payments.CHARGE, intent["latest_charge"]))
    return session


def _bank_answers(world: World, session: Obj, *, paid: bool) -> Obj:
    intent = world.any_by_id(session["payment_intent"] or "")
    if intent is None or intent["status"] != "processing":
        raise Refused(f"Session {session['id']} waits for no bank.", code="not_processing")
    if paid:
        payments.bank_paid(world, intent)
        session["payment_status"] = "paid"
        world.save(session)
        events.emit(world, "checkout.session.async_payment_succeeded", session)
        payments.settle(world, world.get(payments.CHARGE, intent["latest_charge"]))
        return session
    payments.decline(world, intent, DECLINES["bank_debit_failed"], email=None)
    events.emit(world, "checkout.session.async_payment_failed", session)
    return session


def _email(world: World, session: Obj) -> str | None:
    payer = world.get(CUSTOMER, session["customer"]) if session["customer"] else {}
    email: str | None = payer.get("email") or session["customer_email"]
    return email


def _details(world: World, session: Obj) -> Obj:
    return {
        "address": None,
        "business_name": None,
        "email": _email(world, session),
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/checkout/sessions"""
    world = call.world
    _check_kind(call)
    lines = [_line(number, line) for number, line in enumerate(_lines_of(call))]
    code = lines[0]["currency"]
    if any(line["currency"] != code for line in lines):
        raise WrongValue("line_items", "All line items must have the same currency.")
    total = sum(line["amount_total"] for line in lines)
    currency.chargeable(total, code)
    if "customer" in call.params:
        world.get(CUSTOMER, call.params["customer"], param="customer")
    session_id = new_id("cs_test")
    expires_at = _closing_time(call)
    session = world.add(
        {
            "id": session_id,
            "object": SESSION,
            "adaptive_pricing": {"enabled": False},
            "after_expiration": None,
            "allow_promotion_codes": None,
            "allowed_payment_method_types": call.get("allowed_payment_method_types"),
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {
                "enabled": False,
                "liability": None,
                "provider": None,
                "status": None,
            },
            "billing_address_collection": None,
            "cancel_url": call.get("cancel_url"),
            "client_reference_id": call.get("client_reference_id"),
            "client_secret": None,
            "created": world.now,
            "currency": code,
            "custom_fields": [],
            "custom_text": {
                "after_submit": None,
                "shipping_address": None,
                "submit": None,
                "terms_of_service_acceptance": None,
            },
            "customer": call.get("customer"),
            "customer_creation": None if "customer" in call.params else "if_required",
            "customer_details": None,
            "customer_email": call.get("customer_email"),
            "expires_at": expires_at,
            "invoice": None,
            "livemode": False,
            "locale": call.get("locale"),
            "metadata": call.metadata(),
            "mode": "payment",
            "payment_intent": None,
            "payment_link": None,
            "payment_method_collection": "if_required",
            "payment_method_types": call.get("allowed_payment_method_types") or [CARD],
            "payment_status": "unpaid",
            "phone_number_collection": {"enabled": False},
            "recovered_from": None,
            "setup_intent": None,
            "shipping_cost": None,
            "shipping_options": [],
            "status": "open",
            "submit_type": call.get("submit_type"),
            "subscription": None,
            "success_url": call.params["success_url"],
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page",
            "url": f"{world.base_url}/c/pay/{session_id}",
            "_line_items": lines,
            "_payment_intent_data": call.get("payment_intent_data", {}),
        }
    )
    world.later(expires_at - world.now, "checkout.expire_in_time", session_id)
    return session


def retrieve(call: Call, session_id: str) -> Obj:
    """GET /v1/checkout/sessions/{id}"""
    return call.world.get(SESSION, session_id)


def list_all(call: Call) -> Obj:
    """GET /v1/checkout/sessions"""
    return listing.page(call, SESSION, filters=("customer", "payment_intent", "status"))


def list_lines(call: Call, session_id: str) -> Obj:
    """GET /v1/checkout/sessions/{id}/line_items"""
    session = call.world.get(SESSION, session_id)
    return listing.inline(session["_line_items"], f"/v1/checkout/sessions/{session_id}/line_items")


def expire(call: Call, session_id: str) -> Obj:
    """POST /v1/checkout/sessions/{id}/expire"""
    return expire_now(call.world, call.world.get(SESSION, session_id))


def _check_kind(call: Call) -> None:
    call.serve_only(*SERVED)
    call.serve_only(*SERVED_OF_INTENT, within="payment_intent_data")
    if call.get("mode") != "payment":
        raise WrongValue("mode", "The stand-in serves Checkout Sessions with mode=payment only.")
    if call.get("ui_mode", "hosted_page") != "hosted_page":
        raise WrongValue("ui_mode", "The stand-in serves ui_mode=hosted_page only.")
    if "success_url" not in call.params:
        raise WrongValue(
            "success_url", "Missing required param: success_url.", code="parameter_missing"
        )
    for name in ("success_url", "cancel_url"):
        if name in call.params and not reachable(call.params[name]):
            raise WrongValue(name, f"Invalid URL: {call.params[name]}", code="url_invalid")


def _lines_of(call: Call) -> list[Any]:
    lines: list[Any] = call.get("line_items") or []
    if not 1 <= len(lines) <= MOST_LINES:
        raise WrongValue("line_items", f"A session has 1 to {MOST_LINES} line items.")
    return lines


def _line(number: int, line: Obj) -> Obj:
    where = f"line_items[{number}]"
    price = line.get("price_data")
    if price is None or "unit_amount" not in price or "product_data" not in price:
        raise WrongValue(
            f"{where}[price_data]",
            "The stand-in takes line items with price_data, unit_amount and product_data only.",
        )
    quantity, unit = line.get("quantity", 1), price["unit_amount"]
    if unit < 0 or quantity < 1:
        raise WrongValue(f"{where}[quantity]", "Amounts and quantities must be positive.")
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": unit * quantity,
        "amount_tax": 0,
        "amount_total": unit * quantity,
        "currency": currency.known(price["currency"], param=f"{where}[price_data][currency]"),
        "description": price["product_data"]["name"],
        "price": None,
        "quantity": quantity,
    }


def _closing_time(call: Call) -> int:
    now = call.world.now
    closing: int = call.get("expires_at", now + LONGEST)
    # A caller's clock may be a little off; Stripe forgives some seconds as well.
    if not SHORTEST - MINUTE <= closing - now <= LONGEST + MINUTE:
        raise WrongValue(
            "expires_at",
            f"expires_at must be between 30 minutes and 24 hours from now, which is {now} by the "
            "stand-in's clock.",
        )
    return closing
