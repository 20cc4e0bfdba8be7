"""A payer pays a checkout session, fails to, or lets it expire."""

import time

import pytest
from stripe import CardError, InvalidRequestError

from tests.fakestripe.conftest import open_session, pay

HOUR = 3600
DAY = 24 * HOUR
WHOLE = {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}


def again(stripe, session):
    return stripe.v1.checkout.sessions.retrieve(session.id, WHOLE)


def test_an_open_session_has_a_page_and_no_intent(stripe, stand_in):
    session = open_session(stripe)
    assert session.url == f"{stand_in.url}/c/pay/{session.id}"
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.amount_total == 315_00


def test_a_paid_session_tells_the_whole_story(stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id)
    paid = again(stripe, session)
    intent, charge = paid.payment_intent, paid.payment_intent.latest_charge
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received) == ("succeeded", 315_00)
    assert intent.metadata.to_dict() == {"payment": "pay_1"}
    assert intent.transfer_group == charge.transfer_group == "contract_1"
    assert [line.amount_total for line in paid.line_items.data] == [300_00, 15_00]


def test_stripe_keeps_its_fee(stripe, remote, charge):
    entry = stripe.v1.balance_transactions.retrieve(charge.balance_transaction)
    # 2.9 % of $315.00 is 913.5 cents, and 30 cents.
    assert (entry.amount, entry.fee, entry.net) == (315_00, 9_44, 305_56)
    assert entry.source == charge.id


def test_money_is_pending_for_two_days(stripe, remote, charge):
    balance = stripe.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 305_56)
    remote.advance(2 * DAY)
    balance = stripe.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (305_56, 0)


@pytest.mark.parametrize(
    ("outcome", "code", "decline_code"),
    [
        ("card_declined", "card_declined", "generic_decline"),
        ("insufficient_funds", "card_declined", "insufficient_funds"),
        ("expired_card", "expired_card", "expired_card"),
        ("authentication_failed", "payment_intent_authentication_failure", None),
    ],
)
def test_a_decline_says_why_and_leaves_the_session_open(
    stripe, remote, outcome, code, decline_code
):
    session = open_session(stripe)
    remote.pay(session.id, outcome)
    declined = again(stripe, session)
    error = declined.payment_intent.last_payment_error
    assert (declined.status, declined.payment_intent.status) == ("open", "requires_payment_method")
    assert (error.code, error.decline_code) == (code, decline_code)
    assert stripe.v1.balance.retrieve().pending[0].amount == 0


def test_a_declined_payer_may_try_again(stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id, "card_declined")
    first = again(stripe, session).payment_intent.id
    remote.pay(session.id)
    paid = again(stripe, session)
    assert paid.payment_status == "paid"
    assert paid.payment_intent.id == first
    assert paid.payment_intent.last_payment_error is None


def test_a_session_is_paid_once(stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id)
    with pytest.raises(Exception, match="status of `complete`"):
        remote.pay(session.id)
    assert len(stripe.v1.charges.list().data) == 1


def test_an_expired_session_cannot_be_paid(stripe, remote):
    session = open_session(stripe)
    assert stripe.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(Exception, match="status of `expired`"):
        remote.pay(session.id)
    assert stripe.v1.charges.list().data == []


def test_a_paid_session_cannot_be_expired(stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id)
    with pytest.raises(InvalidRequestError, match="status of `complete`"):
        stripe.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself(stripe, remote):
    session = open_session(stripe, expires_at=int(time.time()) + HOUR)
    remote.advance(HOUR - 60)
    assert again(stripe, session).status == "open"
    remote.advance(60)
    assert again(stripe, session).status == "expired"


def test_a_bank_debit_is_known_later(stripe, remote):
    session = open_session(stripe, allowed_payment_method_types=["card", "us_bank_account"])
    remote.pay(session.id, "processing")
    waiting = again(stripe, session)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"
    assert stripe.v1.balance.retrieve().pending[0].amount == 0
    remote.pay(session.id, "async_paid")
    assert again(stripe, session).payment_status == "paid"
    assert stripe.v1.balance.retrieve().pending[0].amount == 305_56


def test_a_bank_debit_may_fail(stripe, remote):
    session = open_session(stripe, allowed_payment_method_types=["us_bank_account"])
    remote.pay(session.id, "processing")
    remote.pay(session.id, "async_failed")
    failed = again(stripe, session)
    assert (failed.payment_status, failed.payment_intent.status) == (
        "unpaid",
        "requires_payment_method",
    )
    assert remote.invariants()["ok"]


def test_a_customer_is_named_on_the_payment(stripe, remote):
    customer = stripe.v1.customers.create({"email": "dana@acme.example", "name": "Acme"})
    charge = pay(stripe, remote, customer=customer.id)
    assert charge.customer == customer.id
    assert charge.billing_details.email == "dana@acme.example"


def test_an_intent_of_a_session_is_not_cancelled_by_itself(stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id, "card_declined")
    with pytest.raises(InvalidRequestError, match="Expire the session instead"):
        stripe.v1.payment_intents.cancel(again(stripe, session).payment_intent.id)


def line(**price):
    return [
        {
            "quantity": 1,
            "price_data": {"currency": "usd", "product_data": {"name": "Milestone"}, **price},
        }
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"line_items": line(unit_amount=49)}, "at least \\$0.50"),
        ({"line_items": line(unit_amount=100_000_000)}, "no more than \\$999,999.99"),
        ({"line_items": line(unit_amount=-500)}, "must be positive"),
        ({"line_items": line(unit_amount=500, currency="xxx")}, "Invalid currency"),
        ({"line_items": []}, "1 to 100 line items"),
        ({"line_items": line(unit_amount=500) + line(unit_amount=500, currency="eur")}, "same"),
        ({"mode": "subscription"}, "mode=payment only"),
        ({"success_url": "javascript:alert(1)"}, "Invalid URL"),
        ({"customer": "cus_nobody"}, "No such customer"),
        ({"expires_at": 1}, "30 minutes and 24 hours"),
        ({"payment_method_types": ["card"]}, "unknown parameter: payment_method_types"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "does not serve"),
        ({"discounts": [{"coupon": "half"}]}, "does not serve the parameter discounts"),
        ({"metadata": {"k" * 41: "v"}}, "up to 40 characters"),
    ],
)
def test_a_session_stripe_would_refuse_is_refused(stripe, changes, reason):
    with pytest.raises(InvalidRequestError, match=reason):
        open_session(stripe, **changes)
    assert stripe.v1.checkout.sessions.list().data == []


def confirm(stripe, card, amount=315_00):
    return stripe.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "usd",
            "payment_method": card,
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {"payment": "pay_1"},
            "transfer_group": "contract_1",
        }
    )


def test_test_cards_pay_without_a_page_and_keep_what_their_name_promises(stripe, remote):
    plain = confirm(stripe, "pm_card_visa")
    assert (plain.status, plain.amount_received) == ("succeeded", 315_00)
    charge = stripe.v1.charges.retrieve(plain.latest_charge)
    assert (charge.transfer_group, charge.metadata.to_dict()) == (
        "contract_1",
        {"payment": "pay_1"},
    )
    confirm(stripe, "pm_card_bypassPending")
    assert stripe.v1.balance.retrieve().available[0].amount == 305_56

    for card in ("pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"):
        with pytest.raises(CardError) as declined:
            confirm(stripe, card)
        assert declined.value.code == "card_declined"
    with pytest.raises(InvalidRequestError, match="pm_card_visa"):
        confirm(stripe, "pm_card_unheard_of")

    for card in ("pm_card_createDispute", "pm_card_createDisputeInquiry"):
        confirm(stripe, card)
    disputes = stripe.v1.disputes.list().data
    assert [one.status for one in disputes] == ["warning_needs_response", "needs_response"]

    slow, failing = (
        stripe.v1.refunds.create({"payment_intent": confirm(stripe, card).id})
        for card in ("pm_card_pendingRefund", "pm_card_refundFail")
    )
    assert (slow.status, failing.status) == ("pending", "succeeded")
    assert stripe.v1.refunds.retrieve(slow.id).status == "succeeded"
    assert stripe.v1.refunds.retrieve(failing.id).status == "failed"


def test_a_payer_can_be_asked_for_something_else_than_the_session_says(stripe, remote):
    session = open_session(stripe)

    remote.pay(session.id, amount=1_00, currency="eur")

    paid = again(stripe, session)
    assert (paid.amount_total, paid.currency) == (315_00, "usd")
    assert (paid.payment_intent.amount_received, paid.payment_intent.currency) == (1_00, "eur")
