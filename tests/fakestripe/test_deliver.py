"""Webhooks: signed, repeated until they are taken, and sometimes lost, doubled or out of order."""

import json
import time

import pytest
from stripe import SignatureVerificationError, Webhook

from marketplace.local.fakestripe import courier
from marketplace.local.fakestripe.remote import Remote
from tests.fakestripe.conftest import SECRETS, client, open_account, open_session, pay, send

PAYMENT = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]


@pytest.fixture
def stripe(heard_stand_in):
    return client(heard_stand_in.url)


@pytest.fixture
def remote(heard_stand_in):
    return Remote(heard_stand_in.url)


def types(ear, scope="platform"):
    return [json.loads(one.body)["type"] for one in ear.heard if one.scope == scope]


def test_a_payment_is_told_in_signed_events(ear, stripe, remote):
    session = open_session(stripe)
    remote.pay(session.id)
    assert remote.wait_for_webhooks()
    assert sorted(types(ear)) == sorted(PAYMENT)
    for webhook in ear.heard:
        event = Webhook.construct_event(webhook.body, webhook.signature, SECRETS["platform"])
        assert not event.livemode
        assert event.id == stripe.v1.events.retrieve(event.id).id


def test_a_wrong_secret_does_not_verify(ear, stripe, remote):
    remote.pay(open_session(stripe).id)
    assert remote.wait_for_webhooks()
    with pytest.raises(SignatureVerificationError):
        Webhook.construct_event(ear.heard[0].body, ear.heard[0].signature, "whsec_other")


def test_the_balance_transaction_comes_after_the_charge(ear, stripe, remote):
    remote.webhooks("pause")
    remote.pay(open_session(stripe).id)
    remote.webhooks("deliver")
    assert types(ear) == PAYMENT
    charges = [json.loads(one.body)["data"] for one in ear.heard]
    assert charges[1]["object"]["balance_transaction"] is None
    assert charges[4]["object"]["balance_transaction"].startswith("txn_")
    assert charges[4]["previous_attributes"] == {"balance_transaction": None}


def test_a_decline_is_told(ear, stripe, remote):
    remote.pay(open_session(stripe).id, "card_declined")
    assert remote.wait_for_webhooks()
    assert sorted(types(ear)) == [
        "charge.failed",
        "payment_intent.created",
        "payment_intent.payment_failed",
    ]


def test_an_expiry_is_told_when_its_time_comes(ear, stripe, remote):
    open_session(stripe, expires_at=int(time.time()) + 3600)
    remote.advance(3600)
    assert remote.wait_for_webhooks()
    assert types(ear) == ["checkout.session.expired"]


def test_onboarding_is_told_in_thin_events_to_the_newer_api(ear, stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id)
    assert remote.wait_for_webhooks()
    capability = "v2.core.account[configuration.recipient].capability_status_updated"
    thin = [one for one in ear.heard if one.scope == "thin"]
    assert sorted(types(ear, "thin")) == sorted(
        ["v2.core.account.created", "v2.core.account[requirements].updated", *[capability] * 2]
    )
    for webhook in thin:
        notice = stripe.parse_event_notification(webhook.body, webhook.signature, SECRETS["thin"])
        assert notice.related_object.id == account.id
        assert b"updated_capability" not in webhook.body
        assert notice.fetch_related_object().id == account.id
    capabilities = {
        event.data.updated_capability
        for event in stripe.v2.core.events.list({"types": [capability]}).data
    }
    assert "stripe_balance.stripe_transfers" in capabilities


def test_what_happens_in_an_account_is_told_to_the_connect_endpoint(ear, stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id)
    assert remote.wait_for_webhooks()
    told = [json.loads(one.body) for one in ear.heard if one.scope == "connect"]
    assert [(one["type"], one["account"]) for one in told] == [("account.updated", account.id)]


def test_money_on_the_move_is_told(ear, stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id)
    charge = pay(stripe, remote)
    transfer = send(stripe, account, charge, 100_00)
    stripe.v1.transfers.reversals.create(transfer.id)
    refund = stripe.v1.refunds.create({"charge": charge.id, "amount": 100})
    remote.fail_refund(refund.id)
    remote.dispute(charge.id)
    remote.dispute(charge.id, "won")
    remote.advance(3 * 24 * 3600)
    remote.bring_payout(stripe.v1.payouts.create({"amount": 100, "currency": "usd"}).id, "failed")
    assert remote.wait_for_webhooks()
    assert {
        "transfer.created",
        "transfer.reversed",
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
        "balance.available",
        "payout.created",
        "payout.failed",
    } <= set(types(ear))


def test_a_refused_webhook_comes_again(ear, stripe, remote):
    ear.refusals = 1
    remote.webhooks("pause")
    open_account(stripe)
    remote.webhooks("resume")
    assert remote.wait_for_webhooks()
    first, second = ear.heard
    assert first.body == second.body
    assert remote.deliveries(state="done")[0]["attempts"] == 2


def test_the_pauses_between_attempts_grow_to_a_minute():
    assert [courier.retry_after(n) for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_an_undelivered_event_is_listed_as_such(ear, stripe, remote):
    remote.webhooks("pause")
    remote.pay(open_session(stripe).id)
    listed = stripe.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in listed] == PAYMENT[::-1]
    remote.webhooks("deliver")
    assert stripe.v1.events.list({"delivery_success": False}).data == []
    assert len(stripe.v1.events.list({"delivery_success": True}).data) == len(PAYMENT)


def test_a_lost_webhook_stays_in_the_list_of_events(ear, stripe, remote):
    remote.webhooks("drop", count=1, types=["checkout.session.completed"])
    remote.pay(open_session(stripe).id)
    assert remote.wait_for_webhooks()
    assert "checkout.session.completed" not in types(ear)
    listed = stripe.v1.events.list({"types": ["checkout.session.completed"]}).data
    assert len(listed) == 1


def test_a_webhook_comes_as_often_as_told(ear, stripe, remote):
    remote.webhooks("duplicate", copies=3)
    open_account(stripe)
    assert remote.wait_for_webhooks()
    assert len({one.body for one in ear.heard}) == 1
    assert len(ear.heard) == 3


def test_webhooks_come_in_the_order_wanted(ear, stripe, remote):
    remote.webhooks("pause")
    remote.pay(open_session(stripe).id)
    told = remote.webhooks("deliver", order="newest_first")
    assert types(ear) == PAYMENT[::-1]
    assert {one["status"] for one in told} == {200}


def test_an_old_event_is_sent_again(ear, stripe, remote):
    remote.pay(open_session(stripe).id)
    assert remote.wait_for_webhooks()
    event = json.loads(ear.heard[0].body)["id"]
    ear.heard.clear()
    remote.webhooks("replay", event=event, age=301)
    webhook = ear.heard[0]
    with pytest.raises(SignatureVerificationError, match="tolerance"):
        Webhook.construct_event(webhook.body, webhook.signature, SECRETS["platform"])


def test_a_forged_event_does_not_verify(ear, stripe, remote):
    remote.webhooks("forge", secret="whsec_guessed")
    webhook = ear.heard[0]
    with pytest.raises(SignatureVerificationError):
        Webhook.construct_event(webhook.body, webhook.signature, SECRETS["platform"])
    assert stripe.v1.events.list().data == []


def test_webhooks_overtake_a_late_answer(ear, heard_stand_in, stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id)
    charge = pay(stripe, remote)
    assert remote.wait_for_webhooks()
    ear.heard.clear()
    remote.plant("POST /v1/transfers", "late", seconds=0.5)
    transfer = send(stripe, account, charge, 100_00)
    told = next(one for one in ear.heard if one.scope == "platform")
    assert json.loads(told.body)["data"]["object"]["id"] == transfer.id


def test_an_endpoint_hears_what_it_asked_for(ear, stripe, remote):
    endpoint = stripe.v1.webhook_endpoints.create(
        {"url": f"{ear.url}/extra", "enabled_events": ["charge.succeeded"]}
    )
    remote.pay(open_session(stripe).id)
    assert remote.wait_for_webhooks()
    assert types(ear, "extra") == ["charge.succeeded"]
    webhook = next(one for one in ear.heard if one.scope == "extra")
    assert Webhook.construct_event(webhook.body, webhook.signature, endpoint.secret)


def test_a_destination_for_thin_events_tells_its_secret_once(ear, stripe, remote):
    made = stripe.v2.core.event_destinations.create(
        {
            "name": "Thin events",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["v2.core.account.created"],
            "webhook_endpoint": {"url": f"{ear.url}/second"},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    account = open_account(stripe)
    remote.onboard(account.id)
    assert remote.wait_for_webhooks()

    [heard] = [one for one in ear.heard if one.scope == "second"]
    secret = made.webhook_endpoint.signing_secret
    told = stripe.parse_event_notification(heard.body, heard.signature, secret)
    assert (told.type, told.related_object.id) == ("v2.core.account.created", account.id)
    listed = stripe.v2.core.event_destinations.list().data
    assert {one.webhook_endpoint.signing_secret for one in listed} == {None}
