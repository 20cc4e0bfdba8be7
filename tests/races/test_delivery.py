"""Stripe's own deliveries, over HTTP to a running site: lost, doubled, late or turned round."""

import pytest

from contracts.models import LedgerTransaction, Operation, Payment, StripeEvent
from contracts.services import funding, onboarding
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.test_release import approved

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = ("platform", "connect")


@pytest.fixture
def site(live_server, stripe, sdk, settings):
    """A site Stripe delivers to. Its own clock is before noon, so what it stores is due by then."""
    secrets = {"thin": []}
    for scope in SCOPES:
        endpoint = sdk.v1.webhook_endpoints.create(
            {
                "url": f"{live_server.url}/hooks/stripe/{scope}/",
                "enabled_events": ["*"],
                "connect": scope == "connect",
            }
        )
        secrets[scope] = [endpoint.secret]
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    return stripe


def postings() -> list[str]:
    keys = LedgerTransaction.objects.values_list("idem_key", flat=True)
    return sorted(key.partition(":")[0] for key in keys)


def test_the_whole_way_by_webhooks_alone(site, milestone, acme, ada, work):
    funding.checkout_url(milestone, by=acme, at=NOON)
    site.pay(Payment.objects.get().session_id)
    assert site.wait_for_webhooks()
    work()
    assert Payment.objects.get().status == Payment.Status.HELD

    agreed.let_go(approved(milestone), by=acme, at=NOON)
    work()
    assert Operation.objects.get().status == Operation.Status.BLOCKED
    onboarding.start(ada.expert, by=ada, at=NOON)
    site.onboard(ada.expert.payout_account.stripe_id)
    assert site.wait_for_webhooks()
    work()

    assert Operation.objects.get().status == Operation.Status.SUCCEEDED
    assert postings() == ["bt", "fund", "op", "release"]
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"done", "ignored"}


def test_events_that_come_three_times_and_backwards_have_one_effect(site, open_payment, work):
    site.webhooks("pause")
    site.webhooks("duplicate", copies=3)
    site.pay(open_payment.session_id)
    site.webhooks("deliver", order="newest_first")
    assert len(site.deliveries(state="done")) == 3 * StripeEvent.objects.count()
    work()

    assert Payment.objects.get().status == Payment.Status.HELD
    assert postings() == ["bt", "fund"]


def test_a_forged_event_is_turned_away(site, work):
    [answer] = site.webhooks("forge", endpoint="platform", secret="whsec_mallory")

    assert answer["status"] == 400
    assert not StripeEvent.objects.exists()


def test_a_well_signed_event_about_nothing_has_no_effect(site, work):
    [answer] = site.webhooks("forge", endpoint="platform")
    work()

    assert answer["status"] == 200
    assert StripeEvent.objects.get().status == StripeEvent.Status.IGNORED
    assert postings() == []
