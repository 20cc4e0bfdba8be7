"""How we talk to Stripe: holding nothing, with a key of our own, in three words for failure."""

import json
from datetime import date, timedelta

import pytest
import stripe as sdk_module
from django.db import connection

from contracts import gateway
from contracts.gateway import balances
from contracts.services import funding, inbox, onboarding, operations
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.test_release import approved

DAY = 24 * 3600


def the_whole_way(stripe, milestone, acme, ada):
    """Everything we ever ask of Stripe."""
    funding.checkout_url(milestone, by=acme, at=NOON)
    payment = milestone.payments.get()
    stripe.pay(payment.session_id)
    for kind, object_id in [
        ("checkout.session.completed", payment.session_id),
        ("charge.succeeded", "ch_unknown"),
        ("transfer.created", "tr_unknown"),
    ]:
        notice = gateway.Notice(f"evt_{kind}", kind, object_id, "", False, {})
        event, _ = inbox.receive(notice, endpoint="platform", at=NOON)
        inbox.handle(event.pk, at=NOON)
    onboarding.start(ada.expert, by=ada, at=NOON)
    stripe.onboard(ada.expert.payout_account.stripe_id)
    onboarding.sync(ada.expert.payout_account, at=NOON)
    release = agreed.let_go(approved(milestone), by=acme, at=NOON)
    operations.send(release.operations.get().pk, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_we_talk(stripe, milestone, acme, ada, monkeypatch):
    was_open, talk = [], sdk_module.RequestsClient.request

    def listening(self, *request, **options):
        was_open.append(connection.in_atomic_block)
        return talk(self, *request, **options)

    monkeypatch.setattr(sdk_module.RequestsClient, "request", listening)

    the_whole_way(stripe, milestone, acme, ada)

    assert len(was_open) == 8
    assert not any(was_open)


def test_every_change_carries_a_key_of_ours(stripe, milestone, acme, ada):
    the_whole_way(stripe, milestone, acme, ada)

    keys = [entry["idempotency_key"] for entry in stripe.journal(method="POST")]
    assert [key.partition(":")[0] for key in keys] == ["pay", "acct", "link", "op"]


def test_the_balance_says_what_is_on_its_way(stripe, held):
    settled = Money(3_150_00 - 91_65, "usd")
    assert gateway.provider().balance() == {"usd": gateway.Balance(Money(0, "usd"), settled)}

    stripe.advance(2 * DAY)

    assert gateway.provider().balance() == {"usd": gateway.Balance(settled, Money(0, "usd"))}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("before", gateway.Unavailable),
        ("409", gateway.Unavailable),
        ("429", gateway.Unavailable),
        ("500", gateway.Unavailable),
        ("html502", gateway.Unavailable),
        ("garbage", gateway.Unavailable),
    ],
)
def test_what_is_not_certain_is_unavailable(stripe, fault, error):
    stripe.plant("GET /v1/balance", fault, times=3)

    with pytest.raises(error):
        gateway.provider().balance()


def test_a_dropped_line_and_a_busy_moment_are_tried_again_at_once(stripe):
    stripe.plant("GET /v1/balance", "before", times=2)

    assert gateway.provider().balance()["usd"].total == Money(0, "usd")
    assert len(stripe.journal(path="/v1/balance")) == 3


def test_what_does_not_exist_is_rejected(stripe):
    with pytest.raises(gateway.Rejected) as error:
        gateway.provider().checkout("cs_unknown")

    assert error.value.code == "resource_missing"


def test_a_payee_who_does_not_exist_is_declined(stripe, held):
    with pytest.raises(gateway.Declined):
        gateway.provider().transfer(transfer_to("acct_unknown", held), key="op:1")


def test_a_payee_who_cannot_receive_is_declined(stripe, held, ada):
    onboarding.start(ada.expert, by=ada, at=NOON)

    with pytest.raises(gateway.Declined):
        gateway.provider().transfer(
            transfer_to(ada.expert.payout_account.stripe_id, held), key="op:1"
        )


def test_more_than_was_charged_is_rejected(account, held):
    order = transfer_to(account.stripe_id, held) | {"amount": held.total.minor + 1}

    with pytest.raises(gateway.Rejected):
        gateway.provider().transfer(order, key="op:1")


def test_a_balance_that_is_too_low_is_declined(account):
    order = transfer_to(account.stripe_id, None) | {"amount": 1}

    with pytest.raises(gateway.Declined) as error:
        gateway.provider().transfer(order, key="op:1")

    assert error.value.code == "balance_insufficient"


def test_a_page_is_closed_once_and_never_after_it_was_paid(stripe, open_payment):
    speak = gateway.provider()

    closed = speak.expire_checkout(open_payment.session_id, key="pay:1:expire")
    again = speak.expire_checkout(open_payment.session_id, key="pay:1:expire:2")

    assert (closed.status, again.status, closed.is_paid) == ("expired", "expired", False)
    with pytest.raises(gateway.Rejected):
        speak.expire_checkout("cs_unknown", key="pay:2:expire")


def test_a_page_that_was_paid_first_comes_back_with_its_money(stripe, held):
    found = gateway.provider().expire_checkout(held.session_id, key="pay:1:expire")

    assert (found.status, found.is_paid, found.payment_id) == ("complete", True, held.public_id)
    assert (found.intent.received, found.intent.charge.id) == (held.total, held.charge_id)


def test_a_transfer_is_reversed_in_parts_and_never_further(stripe, held, account):
    speak = gateway.provider()
    sent = speak.transfer(transfer_to(account.stripe_id, held), key="op:1")
    assert (sent.source_transaction, sent.group, sent.reversed) == (
        held.charge_id,
        "contract_1",
        usd(0),
    )

    some = speak.reverse_transfer(sent.id, part(40, "op_r1"), key="op:2")
    same = speak.reverse_transfer(sent.id, part(40, "op_r1"), key="op:2")

    assert some == same == gateway.Reversal(some.id, sent.id, usd(40), "op_r1")
    assert speak.reversal_by_id(sent.id, some.id) == some
    assert speak.find_reversal(transfer_id=sent.id, operation_id="op_r1") == some
    assert speak.find_reversal(transfer_id=sent.id, operation_id="op_r2") is None
    assert speak.transfer_by_id(sent.id).reversed == usd(40)
    with pytest.raises(gateway.Overtaken) as overtaken:
        speak.reverse_transfer(sent.id, part(61, "op_r3"), key="op:3")
    assert overtaken.value.code == "transfer_already_reversed"
    assert speak.transfer_by_id(sent.id).reversed == usd(40)


def test_money_an_expert_has_been_paid_out_is_not_there_to_reverse(stripe, held, account):
    speak = gateway.provider()
    sent = speak.transfer(transfer_to(account.stripe_id, held), key="op:1")
    stripe.advance(2 * DAY)
    out = stripe.pay_out(account.stripe_id, 90)

    with pytest.raises(gateway.Declined) as declined:
        speak.reverse_transfer(sent.id, part(40, "op_r1"), key="op:2")

    assert declined.value.code == "balance_insufficient"
    assert speak.transfer_by_id(sent.id).reversed == usd(0)
    theirs = speak.payout_by_id(out["id"], account=account.stripe_id)
    assert (theirs.amount, theirs.status, theirs.is_automatic) == (usd(90), "pending", True)
    assert theirs.account == account.stripe_id


def test_a_refund_is_found_and_may_fail_after_it_succeeded(stripe, held):
    speak = gateway.provider()
    order = part(1_00, "op_f1") | {"payment_intent": held.intent_id}

    made = speak.refund(order, key="op:1")

    assert (made.amount, made.status, made.operation_id) == (usd(1_00), "succeeded", "op_f1")
    assert (made.intent_id, made.charge_id) == (held.intent_id, held.charge_id)
    assert speak.find_refund(intent_id=held.intent_id, operation_id="op_f1") == made
    assert speak.find_refund(intent_id=held.intent_id, operation_id="op_f2") is None

    stripe.fail_refund(made.id)

    failed = speak.refund_by_id(made.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    back: dict[str | None, gateway.Movement] = {
        one.id: one for one in speak.movements(NOON, NOON + timedelta(days=1))
    }
    assert back[failed.balance_transaction_id].net == usd(-1_00)
    assert back[failed.failure_balance_transaction_id].net == usd(1_00)


def test_no_more_is_refunded_than_the_client_paid(stripe, held):
    speak, everything = gateway.provider(), held.total.minor
    order = part(everything - 1, "op_f1") | {"payment_intent": held.intent_id}
    speak.refund(order, key="op:1")

    for left, code in [(2, "refund_exceeds_charge"), (1, None), (1, "charge_already_refunded")]:
        order = part(left, "op_f2") | {"payment_intent": held.intent_id}
        if code is None:
            speak.refund(order, key="op:2")
            continue
        with pytest.raises(gateway.Overtaken) as overtaken:
            speak.refund(order, key=f"op:{code}")
        assert overtaken.value.code == code


def test_our_own_payouts_are_made_found_and_may_come_back(stripe, held):
    speak = gateway.provider()
    speak.set_manual_payouts(key="settings:1")
    order = {"amount": 50_00, "currency": "usd", "metadata": {"op_id": "op_p1"}}
    with pytest.raises(gateway.Declined) as declined:
        speak.pay_out(order, key="op:1")
    assert declined.value.code == "balance_insufficient"
    stripe.advance(2 * DAY)

    made = speak.pay_out(order, key="op:2")

    assert (made.amount, made.status, made.arrives_on) == (usd(50_00), "pending", date(2030, 1, 5))
    assert speak.find_payout(operation_id="op_p1", since=NOON) == made
    assert speak.find_payout(operation_id="op_p1", since=NOON + timedelta(days=3)) is None
    stripe.bring_payout(made.id, "paid")
    stripe.bring_payout(made.id, "failed")
    failed = speak.payout_by_id(made.id)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert failed.failure_balance_transaction_id


def test_a_chargeback_is_answered_once_and_decided_by_the_bank(stripe, held):
    speak = gateway.provider()
    opened = stripe.dispute(held.charge_id, amount=100_00)

    found = speak.chargeback(opened["id"])

    assert (found.charge_id, found.intent_id) == (held.charge_id, held.intent_id)
    assert (found.amount, found.status, found.reason) == (
        usd(100_00),
        "needs_response",
        "fraudulent",
    )
    assert (found.is_open, found.is_inquiry, found.outcome, found.is_answered) == (
        True,
        False,
        "",
        False,
    )
    [withdrawn] = found.movements
    assert (withdrawn.net, withdrawn.fee, withdrawn.category) == (
        usd(-115_00),
        usd(15_00),
        "dispute",
    )
    with pytest.raises(gateway.Overtaken) as overtaken:
        speak.refund(part(1, "op_f1") | {"payment_intent": held.intent_id}, key="op:1")
    assert overtaken.value.code == "charge_disputed"

    evidence = {"product_description": "An evaluation set", "uncategorized_text": "Delivered."}
    saved = speak.save_evidence(opened["id"], evidence, key="cb:1:save")
    assert (saved.status, saved.is_answered) == ("needs_response", False)
    answered = speak.answer_chargeback(opened["id"], evidence, key="cb:1:answer")
    assert (answered.status, answered.is_answered) == ("under_review", True)

    stripe.dispute(held.charge_id, "won")
    won = speak.chargeback(opened["id"])
    assert (won.is_open, won.outcome, [one.net.minor for one in won.movements]) == (
        False,
        "won",
        [-115_00, 100_00],
    )
    with pytest.raises(gateway.Overtaken):
        speak.accept_chargeback(opened["id"], key="cb:1:accept")
    with pytest.raises(gateway.Overtaken):
        speak.answer_chargeback(opened["id"], evidence, key="cb:1:late")


def test_a_chargeback_can_be_given_up(stripe, held):
    speak = gateway.provider()
    opened = stripe.dispute(held.charge_id)

    lost = speak.accept_chargeback(opened["id"], key="cb:1:accept")

    assert (lost.is_open, lost.outcome) == (False, "lost")


def test_what_was_missed_is_listed_by_kind_and_by_account(stripe, held, account):
    speak = gateway.provider()
    kinds = {"charge.succeeded", "charge.dispute.created", *(f"plan.x{n}" for n in range(25))}
    thin = "v2.core.account[requirements].updated"

    ours = {one.kind: one for one in speak.events_since(NOON, {*kinds, thin})}

    assert {*ours} == {"charge.succeeded", thin}
    assert (ours["charge.succeeded"].object_id, ours[thin].object_id) == (
        held.charge_id,
        account.stripe_id,
    )
    assert json.loads(json.dumps(ours["charge.succeeded"].payload))["livemode"] is False
    lists = [entry["query"] for entry in stripe.journal(path="/v1/events")]
    assert [query.count("types") for query in lists] == [20, 7]

    theirs = [*speak.events_since(NOON, {"account.updated"}, account=account.stripe_id)]
    assert {(one.kind, one.account) for one in theirs} == {("account.updated", account.stripe_id)}
    assert [*speak.events_since(NOON + timedelta(days=1), kinds)] == []


def test_movements_are_read_by_the_page(stripe, held, monkeypatch):
    monkeypatch.setattr(balances, "MOST_PER_PAGE", 2)
    speak = gateway.provider()
    for number in range(5):
        order = part(1, f"op_{number}") | {"payment_intent": held.intent_id}
        speak.refund(order, key=f"op:{number}")

    found = [*speak.movements(NOON, NOON + timedelta(days=1))]

    assert len({one.id for one in found}) == 6
    first = found[-1]
    assert (first.kind, first.category, first.source_id) == ("charge", "charge", held.charge_id)
    assert (first.amount, first.fee, first.net) == (held.total, usd(91_65), usd(3_058_35))
    assert [*speak.movements(NOON - timedelta(days=1), NOON)] == []


@pytest.fixture(params=["v1", "v2"])
def either_api(request, settings, stripe):
    settings.STRIPE_ACCOUNTS_API = request.param
    return gateway.provider()


def test_accounts_are_the_same_by_either_api(either_api, stripe, sdk):
    opened = either_api.open_account(
        expert_id="exp_1",
        email="ada@attest.example",
        name="Ada Byron",
        country="GB",
        currency="usd",
        key="acct:exp_1:1",
    )
    assert (opened.country, opened.can_receive, opened.is_closed) == ("GB", False, False)
    assert "external_account" in opened.requirements_due
    of_both = sdk.v1.accounts.retrieve(opened.id).controller.to_dict()
    assert of_both["stripe_dashboard"] == {"type": "express"}
    assert (of_both["fees"], of_both["losses"]) == (
        {"payer": "application"},
        {"payments": "application"},
    )

    way_in = either_api.onboarding_link(
        opened.id,
        return_url="http://attest.example/payouts/",
        refresh_url="http://attest.example/payouts/again/",
        key="link:exp_1:1",
    )
    assert f"/onboard/{opened.id}" in way_in
    with pytest.raises(gateway.Rejected):
        either_api.dashboard_link(opened.id, key="login:exp_1:1")

    stripe.onboard(opened.id)
    ready = either_api.account(opened.id)
    assert (ready.can_receive, [*ready.requirements_due]) == (True, [])
    assert f"/express/{opened.id}" in either_api.dashboard_link(opened.id, key="login:exp_1:2")
    either_api.slow_payouts(opened.id, days=7, key="slow:exp_1:1")
    theirs = sdk.v1.balance_settings.retrieve(options={"stripe_account": opened.id}).payments
    assert theirs.settlement_timing.delay_days_override == 7

    sdk.v2.core.accounts.close(opened.id, {"applied_configurations": ["recipient"]})
    assert not either_api.account(opened.id).can_receive
    lost = either_api.account("acct_unknown")
    assert (lost.is_closed, lost.can_receive, lost.country) == (True, False, "")


def test_a_key_nobody_takes_is_told_from_an_account_that_shut_us_out(stripe, settings):
    with pytest.raises(gateway.Declined) as declined:
        gateway.provider().payout_by_id("po_1", account="acct_unknown")
    assert declined.value.code == "account_invalid"

    settings.STRIPE_SECRET_KEY = "sk_test_other"
    with pytest.raises(gateway.KeyRefused):
        gateway.provider().balance()


def usd(minor):
    return Money(minor, "usd")


def part(minor, operation):
    return {"amount": minor, "metadata": {"op_id": operation}}


def transfer_to(destination, payment):
    return {
        "amount": 1_00,
        "currency": "usd",
        "destination": destination,
        "source_transaction": payment.charge_id if payment else None,
        "transfer_group": "contract_1",
        "metadata": {},
    }
