"""What we believe of Stripe, asked of the stand-in, and with STRIPE_SMOKE_KEY of Stripe itself.

The gateway is asked, as the site asks it. Payments are made with the cards of Stripe's test mode,
so no page is opened. What a sandbox keeps is never taken away, so each run has names of its own.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from stripe import StripeClient

from contracts import gateway
from contracts.gateway.stripe import GATEWAYS
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote
from tests.fakestripe.conftest import KEY, client

SMOKE_KEY = os.environ.get("STRIPE_SMOKE_KEY", "")
STRIPE = "https://api.stripe.com"
# Which of Stripe's two APIs the sandbox opens accounts by; the stand-in is asked by both elsewhere.
ACCOUNTS_API = os.environ.get("STRIPE_ACCOUNTS_API", "v2")
# Somebody whom Stripe's test mode takes for verified: https://docs.stripe.com/connect/testing
VERIFIED_PERSON = {
    "business_type": "individual",
    "business_profile": {"mcc": "5734", "url": "https://attest.example"},
    "external_account": "btok_us_verified",
    "tos_acceptance": {"date": 1_767_225_600, "ip": "127.0.0.1"},
    "individual": {
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@attest.example",
        "phone": "+10000000000",
        "dob": {"day": 1, "month": 1, "year": 1901},
        "address": {
            "line1": "address_full_match",
            "city": "San Francisco",
            "state": "CA",
            "postal_code": "94111",
            "country": "US",
        },
        "id_number": "222222222",
    },
}


@dataclass(frozen=True)
class Stage:
    """A Stripe to ask, and the hand that makes somebody in it who can be paid."""

    url: str
    speak: gateway.Gateway
    sdk: StripeClient
    payee: Callable[[], str]
    patience: float
    run: str

    def name(self, what: str) -> str:
        """Return a name nobody has used before."""
        return f"{what}_{self.run}"

    def pay(self, card: str, amount: int = 315_00) -> Any:
        """Pay without a page and return the intent with its charge."""
        return self.sdk.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": "usd",
                "payment_method": card,
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                "transfer_group": self.name("contract"),
                "metadata": {"payment_id": self.name("pay")},
                "expand": ["latest_charge"],
            },
            {"idempotency_key": f"smoke:{uuid4()}"},
        )

    def eventually(self, ask: Callable[[], Any]) -> Any:
        """Ask until the answer is something; Stripe does some things in its own time."""
        deadline = time.monotonic() + self.patience
        while not (answer := ask()) and time.monotonic() < deadline:
            time.sleep(self.patience / 50)
        return answer


@pytest.fixture(params=["stand-in", *(["sandbox"] if SMOKE_KEY else [])])
def stage(request) -> Stage:
    """The stand-in, or Stripe's sandbox."""
    run = uuid4().hex[:12]
    if request.param == "sandbox":
        assert SMOKE_KEY.startswith(("sk_test_", "rk_test_")), "a smoke test never sees live money"
        sdk = StripeClient(SMOKE_KEY, max_network_retries=2)
        speak = GATEWAYS[ACCOUNTS_API](SMOKE_KEY, STRIPE)
        return Stage(STRIPE, speak, sdk, lambda: _verified(sdk), 120.0, run)
    url = request.getfixturevalue("stand_in").url
    speak = GATEWAYS[ACCOUNTS_API](KEY, url)
    remote = Remote(url)
    return Stage(url, speak, client(url), lambda: _onboarded(speak, remote, run), 2.0, run)


def _onboarded(speak: gateway.Gateway, remote: Remote, run: str) -> str:
    account = _opened(speak, run)
    remote.onboard(account.id)
    return account.id


def _opened(speak: gateway.Gateway, run: str) -> gateway.Account:
    return speak.open_account(
        expert_id=f"exp_{run}",
        email="ada@attest.example",
        name="Ada Byron",
        country="US",
        currency="usd",
        key=f"acct:{run}",
    )


def _verified(sdk: StripeClient) -> str:
    """Open an account that needs no browser: we collect what Stripe asks for, with test values."""
    params: Any = {
        **VERIFIED_PERSON,
        "country": "US",
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "application",
            "stripe_dashboard": {"type": "none"},
        },
        "capabilities": {"transfers": {"requested": True}},
    }
    account = sdk.v1.accounts.create(params)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        capabilities = sdk.v1.accounts.retrieve(account.id).to_dict().get("capabilities") or {}
        if capabilities.get("transfers") == "active":
            return account.id
        time.sleep(2)
    pytest.fail("the sandbox did not verify its own test person")


def usd(minor: int) -> Money:
    return Money(minor, "usd")


def part(minor: int, operation: str, **more: str) -> dict[str, Any]:
    return {"amount": minor, "metadata": {"op_id": operation}, **more}


def test_a_page_opens_and_is_closed_once(stage):
    page = stage.speak.open_checkout(
        gateway.Checkout(
            payment_id=stage.name("pay"),
            contract_id=stage.run,
            lines=[("Milestone 1", usd(300_00)), ("Service fee", usd(15_00))],
            email="acme@attest.example",
            expires_at=datetime.now(UTC) + timedelta(hours=1),
            return_url="https://attest.example/paid?session_id={CHECKOUT_SESSION_ID}",
            cancel_url="https://attest.example/cancelled",
        ),
        key=stage.name("pay"),
    )
    assert (page.status, page.is_paid, page.livemode) == ("open", False, False)
    assert page.url.startswith("http")
    assert page.payment_id == stage.name("pay")

    closed = [
        stage.speak.expire_checkout(page.id, key=f"{stage.name('expire')}:{number}")
        for number in range(2)
    ]

    assert [one.status for one in closed] == ["expired", "expired"]
    assert stage.speak.checkout(page.id).status == "expired"
    with pytest.raises(gateway.Rejected) as unknown:
        stage.speak.checkout("cs_test_unknown")
    assert unknown.value.code == "resource_missing"


def test_money_goes_out_and_comes_back_in_parts(stage):
    began = datetime.now(UTC) - timedelta(minutes=5)
    paid, payee = stage.pay("pm_card_bypassPending"), stage.payee()
    charge = paid.latest_charge
    assert stage.speak.payment_of(charge.id) == stage.name("pay")
    order = part(200_00, stage.name("op_1")) | {
        "currency": "usd",
        "destination": payee,
        "source_transaction": charge.id,
        "transfer_group": stage.name("contract"),
    }

    sent, again = (stage.speak.transfer(order, key=stage.name("op_1")) for _ in range(2))

    assert sent == again
    assert (sent.amount, sent.destination, sent.source_transaction) == (
        usd(200_00),
        payee,
        charge.id,
    )
    found = stage.speak.find_transfer(group=stage.name("contract"), operation_id=stage.name("op_1"))
    assert found == sent
    with pytest.raises(gateway.Rejected) as reused:
        stage.speak.transfer(order | {"amount": 1}, key=stage.name("op_1"))
    assert reused.value.code == "idempotency_error"
    with pytest.raises(gateway.Rejected):
        stage.speak.transfer(order | {"amount": 115_01}, key=stage.name("op_2"))

    back = stage.speak.reverse_transfer(
        sent.id, part(50_00, stage.name("op_3")), key=stage.name("op_3")
    )
    assert stage.speak.reversal_by_id(sent.id, back.id) == back
    assert stage.speak.find_reversal(transfer_id=sent.id, operation_id=stage.name("op_3")) == back
    assert stage.speak.transfer_by_id(sent.id).reversed == usd(50_00)
    with pytest.raises(gateway.Overtaken):
        stage.speak.reverse_transfer(
            sent.id, part(150_01, stage.name("op_4")), key=stage.name("op_4")
        )

    given = stage.speak.refund(
        part(100_00, stage.name("op_5"), payment_intent=paid.id), key=stage.name("op_5")
    )
    assert (given.amount, given.charge_id) == (usd(100_00), charge.id)
    assert stage.speak.find_refund(
        intent_id=paid.id, operation_id=stage.name("op_5")
    ) == stage.speak.refund_by_id(given.id)
    for left, is_there in [(215_01, False), (215_00, True), (1, False)]:
        more = part(left, stage.name("op_6"), payment_intent=paid.id)
        if is_there:
            stage.speak.refund(more, key=f"{stage.name('op_6')}:{left}")
            continue
        with pytest.raises(gateway.Overtaken):
            stage.speak.refund(more, key=f"{stage.name('op_6')}:{left}")

    moved = {
        one.source_id: one.amount
        for one in stage.speak.movements(began, datetime.now(UTC) + timedelta(minutes=5))
    }
    assert moved[charge.id] == usd(315_00)
    assert (moved[sent.id], moved[back.id]) == (usd(-200_00), usd(50_00))
    assert moved[given.id] == usd(-100_00)


def test_refunds_take_their_time_and_fail_after_they_succeeded(stage):
    slow, failing = (stage.pay(f"pm_card_{card}") for card in ("pendingRefund", "refundFail"))
    first, second = (
        stage.speak.refund(part(10_00, name, payment_intent=paid.id), key=name)
        for name, paid in ((stage.name("slow"), slow), (stage.name("fail"), failing))
    )
    assert (first.status, second.status) == ("pending", "succeeded")

    def ended(refund: gateway.Refund, status: str) -> gateway.Refund | None:
        seen = stage.speak.refund_by_id(refund.id)
        return seen if seen.status == status else None

    assert stage.eventually(lambda: ended(first, "succeeded"))
    failed = stage.eventually(lambda: ended(second, "failed"))
    assert failed.failure_reason
    assert failed.failure_balance_transaction_id


def test_a_bank_takes_money_back_and_hears_our_answer(stage):
    def disputed(card: str) -> Any:
        charge = stage.pay(card).latest_charge

        def look() -> Any:
            found = stage.sdk.v1.disputes.list({"charge": charge.id}).data
            return stage.speak.chargeback(found[0].id) if found else None

        return charge, stage.eventually(look)

    charge, opened = disputed("pm_card_createDispute")
    assert (opened.charge_id, opened.amount, opened.is_open) == (charge.id, usd(315_00), True)
    assert (opened.is_inquiry, opened.outcome, opened.is_answered) == (False, "", False)
    opened = stage.eventually(
        lambda: (seen := stage.speak.chargeback(opened.id)).movements and seen
    )
    assert opened.movements[0].amount == usd(-315_00)

    evidence = {"uncategorized_text": "winning_evidence"}
    saved = stage.speak.save_evidence(opened.id, evidence, key=stage.name("save"))
    assert (saved.is_open, saved.is_answered) == (True, False)
    stage.speak.answer_chargeback(opened.id, evidence, key=stage.name("answer"))
    won = stage.eventually(lambda: (seen := stage.speak.chargeback(opened.id)).outcome and seen)
    assert (won.outcome, won.is_open) == ("won", False)
    with pytest.raises(gateway.Overtaken):
        stage.speak.accept_chargeback(opened.id, key=stage.name("late"))

    _, inquiry = disputed("pm_card_createDisputeInquiry")
    assert (inquiry.is_open, inquiry.is_inquiry, [*inquiry.movements]) == (True, True, [])
    _, hopeless = disputed("pm_card_createDispute")
    assert stage.speak.accept_chargeback(hopeless.id, key=stage.name("accept")).outcome == "lost"


def test_a_card_that_says_no_is_declined(stage):
    with pytest.raises(Exception, match="declined"):
        stage.pay("pm_card_visa_chargeDeclined")


def test_what_happened_is_listed(stage):
    began = datetime.now(UTC) - timedelta(minutes=5)
    charge = stage.pay("pm_card_visa").latest_charge

    def told() -> Any:
        kinds = {"charge.succeeded", "payment_intent.succeeded"}
        return [one for one in stage.speak.events_since(began, kinds) if one.object_id == charge.id]

    [event] = stage.eventually(told)
    assert (event.kind, event.account, event.livemode) == ("charge.succeeded", "", False)


def test_our_own_money_goes_to_our_bank_only_when_we_say_so(stage):
    began = datetime.now(UTC) - timedelta(minutes=5)
    stage.speak.set_manual_payouts(key=stage.name("settings"))
    stage.pay("pm_card_bypassPending")
    assert stage.speak.balance()["usd"].available.minor >= 100_00
    order = part(1_00, stage.name("payout")) | {"currency": "usd"}

    made = stage.speak.pay_out(order, key=stage.name("payout"))

    assert (made.amount, made.is_automatic) == (usd(1_00), False)
    found = stage.speak.find_payout(operation_id=stage.name("payout"), since=began)
    assert found
    assert found.id == made.id
    with pytest.raises(gateway.Declined) as declined:
        stage.speak.pay_out(order | {"amount": 99_999_999}, key=stage.name("too_much"))
    assert declined.value.code == "balance_insufficient"


def test_an_expert_is_sent_to_stripe_to_say_who_they_are(stage):
    account = _opened(stage.speak, stage.run)
    assert (account.country, account.can_receive, account.is_closed) == ("US", False, False)
    assert account.requirements_due

    link = stage.speak.onboarding_link(
        account.id,
        return_url="https://attest.example/payouts/",
        refresh_url="https://attest.example/payouts/set-up/",
        key=stage.name("link"),
    )

    assert link.startswith("http")
    assert stage.speak.account(account.id) == account
    assert stage.speak.account("acct_1AttestNobodyAtAll").is_closed


def test_a_key_nobody_takes_is_refused_by_name(stage):
    stranger = GATEWAYS[ACCOUNTS_API]("sk_test_nobody", stage.url)
    with pytest.raises(gateway.KeyRefused):
        stranger.balance()
