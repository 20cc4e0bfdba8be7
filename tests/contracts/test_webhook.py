"""An event is let in only when Stripe has just signed it, is stored once and answered at once."""

import json
import time

import pytest
from stripe import WebhookSignature

from contracts.models import StripeEvent

SECRETS = {"platform": ["whsec_new", "whsec_old"], "connect": ["whsec_c"], "thin": ["whsec_t"]}
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "livemode": False,
    "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
}
THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "type": "v2.core.account.closed",
    "livemode": False,
    "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/a"},
}


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS


@pytest.fixture
def post(client, db):
    def post(event=EVENT, *, to="platform", signed_with="whsec_new", age=0, signature=None):
        body = event if isinstance(event, str) else json.dumps(event)
        at = int(time.time()) - age
        signed = WebhookSignature.generate_signature_header(body, signed_with, at)
        return client.post(
            f"/hooks/stripe/{to}/",
            body,
            content_type="application/json",
            headers={} if signature == "" else {"Stripe-Signature": signature or signed},
        )

    return post


def test_a_signed_event_is_stored_to_be_handled(post):
    assert post().status_code == 200

    event = StripeEvent.objects.get()
    assert (event.event_id, event.endpoint, event.kind) == (
        "evt_1",
        "platform",
        "checkout.session.completed",
    )
    assert (event.object_id, event.status, event.payload) == ("cs_1", "new", EVENT)


def test_the_same_event_again_is_thanked_for_and_not_stored(post):
    answers = [post().status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert StripeEvent.objects.count() == 1


def test_an_old_secret_works_while_keys_are_changed(post):
    assert post(signed_with="whsec_old").status_code == 200


def test_a_thin_event_has_an_endpoint_of_its_own(post):
    assert post(THIN, to="thin", signed_with="whsec_t").status_code == 200
    assert StripeEvent.objects.get().object_id == "acct_1"


def test_an_event_of_a_connected_account_says_whose(post):
    event = EVENT | {"account": "acct_1", "type": "account.updated"}

    assert post(event, to="connect", signed_with="whsec_c").status_code == 200
    assert StripeEvent.objects.get().account == "acct_1"


FORGERIES = {
    "wrong secret": {"signed_with": "whsec_mallory"},
    "secret of another endpoint": {"signed_with": "whsec_c"},
    "no signature": {"signature": ""},
    "no time": {"signature": "v1=abc"},
    "garbage": {"signature": "t=x,v1=y,,="},
    "older than five minutes": {"age": 302},
    "from the future": {"age": -302},
    "a thin event at a snapshot endpoint": {"event": THIN},
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_event_is_refused_and_leaves_nothing(post, forgery):
    assert post(**forgery).status_code == 400
    assert not StripeEvent.objects.exists()


def test_a_body_that_was_changed_on_the_way_is_refused(client, db):
    signature = WebhookSignature.generate_signature_header(json.dumps(EVENT), "whsec_new")
    body = json.dumps(EVENT, indent=1)

    answer = client.post(
        "/hooks/stripe/platform/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )

    assert answer.status_code == 400
    assert not StripeEvent.objects.exists()


NUL = json.dumps(EVENT | {"type": "a\x00b"})


@pytest.mark.parametrize("body", ["[]", '"event"', "{}", "{", '{"object": "event"}', NUL])
def test_a_signed_body_that_is_no_event_is_refused(post, body):
    assert post(body).status_code == 400


def test_a_body_of_more_than_256_kibibytes_is_not_read(post):
    big = EVENT | {"padding": "x" * 256 * 1024}

    assert post(big).status_code == 413
    assert not StripeEvent.objects.exists()


def test_an_endpoint_without_a_secret_does_not_exist(post, settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS | {"connect": []}

    assert post(to="connect", signed_with="").status_code == 404
    assert post(to="elsewhere").status_code == 404


def test_an_event_of_the_other_mode_is_kept_and_never_handled(post):
    assert post(EVENT | {"livemode": True}).status_code == 200

    event = StripeEvent.objects.get()
    assert (event.status, event.history.get().reason) == ("ignored", "livemode")


def test_only_posts_are_taken(client):
    assert client.get("/hooks/stripe/platform/").status_code == 405


def test_it_needs_no_form_token(post, client):
    client.handler.enforce_csrf_checks = True

    assert post().status_code == 200
