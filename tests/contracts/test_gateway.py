"""How we talk to Stripe: holding nothing, with a key of our own, in three words for failure."""

import pytest
import stripe as sdk_module
from django.db import connection

from contracts import gateway
from contracts.services import funding, inbox, onboarding, operations, releases
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts.test_release import approved


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
    release = releases.release(approved(milestone), by=acme, at=NOON)
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


def test_the_balance_counts_what_is_on_its_way(stripe, held):
    assert gateway.provider().balance() == {"usd": Money(3_150_00 - 91_65, "usd")}


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

    assert gateway.provider().balance() == {"usd": Money(0, "usd")}
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


def transfer_to(destination, payment):
    return {
        "amount": 1_00,
        "currency": "usd",
        "destination": destination,
        "source_transaction": payment.charge_id if payment else None,
        "transfer_group": "contract_1",
        "metadata": {},
    }
