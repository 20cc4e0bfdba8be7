"""An event is let in only when Stripe has just signed it, is stored once and answered at once."""

import gzip
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.utils.timezone import now
from stripe import WebhookSignature

from contracts import webhooks
from contracts.models import StripeEvent
from contracts.services import inbox

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
BODY = json.dumps(EVENT)


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    cache.clear()


@pytest.fixture
def post(db):
    return send


def send(
    event=EVENT, *, to="platform", signed_with="whsec_new", age=0, signature=None, client=None
):
    body = event if isinstance(event, str | bytes) else json.dumps(event)
    signature = signed(body, signed_with, age) if signature is None else signature
    return (client or Client()).post(
        f"/hooks/stripe/{to}/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature} if signature else {},
    )


def signed(body, signed_with="whsec_new", age=0):
    return "t={},v1={}".format(*proof(body, signed_with, age))


def proof(body, signed_with="whsec_new", age=0):
    """Sign as Stripe does; by hand, because the SDK signs no bytes and with no empty secret."""
    at = int(time.time()) - age
    raw = body.encode() if isinstance(body, str) else body
    return at, hmac.new(signed_with.encode(), b"%d." % at + raw, hashlib.sha256).hexdigest()


def test_a_signed_event_is_stored_to_be_handled(post):
    assert post().status_code == 200

    event = StripeEvent.objects.get()
    assert (event.event_id, event.endpoint, event.kind) == (
        "evt_1",
        "platform",
        "checkout.session.completed",
    )
    assert (event.object_id, event.status, event.payload) == ("cs_1", "new", EVENT)


def test_we_sign_as_the_sdk_does():
    at, digest = proof(BODY)

    assert (
        WebhookSignature.generate_signature_header(BODY, "whsec_new", at) == f"t={at},v1={digest}"
    )


def test_the_same_event_again_is_thanked_for_and_not_stored(post):
    answers = [post().status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert StripeEvent.objects.count() == 1


def test_either_secret_works_while_keys_are_changed(post, settings):
    at, by_old = proof(BODY, "whsec_old")
    _, by_other = proof(BODY, "whsec_next")

    assert post(EVENT | {"id": "evt_2"}, signed_with="whsec_old").status_code == 200
    # Stripe signs with both while it rotates, and we may have taken only one of them out.
    assert post(signature=f"t={at},v1={by_other},v1={by_old}").status_code == 200
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS | {"platform": ["whsec_new"]}
    assert post(EVENT | {"id": "evt_3"}, signed_with="whsec_old").status_code == 400
    assert sorted(StripeEvent.objects.values_list("event_id", flat=True)) == ["evt_1", "evt_2"]


def test_a_thin_event_has_an_endpoint_of_its_own(post):
    assert post(THIN, to="thin", signed_with="whsec_t").status_code == 200
    assert StripeEvent.objects.get().object_id == "acct_1"


# --- What is not Stripe's


def forgeries():
    """Everything somebody may send who has no secret of ours, and what they may do with a real one.

    Each is the arguments of `send`.
    """
    at, digest = proof(BODY)
    now_ = int(time.time())
    old_at, old_digest = proof(BODY, age=302)
    _, by_mallory = proof(BODY, "whsec_mallory")
    _, by_other_mallory = proof(BODY, "whsec_mallory_2")
    paid = EVENT | {"data": {"object": {"id": "cs_2", "object": "checkout.session"}}}
    zipped = gzip.compress(BODY.encode())
    return {
        "no signature": {"signature": ""},
        "an empty list": {"signature": ",,,"},
        "words": {"signature": "t=x,v1=y,,="},
        "another secret": {"signed_with": "whsec_mallory"},
        "two other secrets": {"signature": f"t={at},v1={by_mallory},v1={by_other_mallory}"},
        "the secret of another endpoint": {"signed_with": "whsec_c"},
        "an empty secret": {"signed_with": ""},
        "no time": {"signature": f"v1={digest}"},
        "an empty time": {"signature": f"t=,v1={digest}"},
        "another time than the signed one": {"signature": f"t={at + 1},v1={digest}"},
        "a second time to look fresh": {"signature": f"t={old_at},t={now_},v1={old_digest}"},
        "a fresh time before the signed one": {"signature": f"t={now_},t={old_at},v1={old_digest}"},
        "a time with a tail": {"signature": f"t={old_at}={now_},v1={old_digest}"},
        "an older scheme alone": {"signature": f"t={at},v0={digest}"},
        "a newer scheme alone": {"signature": f"t={at},v2={digest}"},
        "half a signature": {"signature": f"t={at},v1={digest[:32]}"},
        "a signature in capitals": {"signature": f"t={at},v1={digest.upper()}"},
        "older than five minutes": {"age": 302},
        "from the future": {"age": -302},
        "another object inside": {"event": paid, "signature": f"t={at},v1={digest}"},
        "written anew": {
            "event": json.dumps(EVENT, indent=1),
            "signature": f"t={at},v1={digest}",
        },
        "a blank more": {"event": BODY + " ", "signature": f"t={at},v1={digest}"},
        "a second body behind the first": {
            "event": BODY + BODY,
            "signature": f"t={at},v1={digest}",
        },
        "nothing inside": {"event": "", "signature": f"t={at},v1={digest}"},
        "zipped": {"event": zipped, "signature": f"t={at},v1={digest}"},
        "not unicode": {"event": b"\xff\xfe" + BODY.encode(), "signed_with": "whsec_mallory"},
        "live and forged": {"event": EVENT | {"livemode": True}, "signed_with": "whsec_mallory"},
        "of an account and forged": {
            "event": EVENT | {"account": "acct_1"},
            "to": "connect",
            "signed_with": "whsec_new",
        },
        # From here on the signature is right and the message is not one of this endpoint's.
        "a thin event where snapshots come": {"event": THIN},
        "a snapshot where thin events come": {"to": "thin", "signed_with": "whsec_t"},
        "signed and zipped": {"event": zipped},
        "signed and two": {"event": BODY + BODY},
        "signed and empty": {"event": ""},
        "a list": {"event": "[]"},
        "a word": {"event": '"event"'},
        "an empty object": {"event": "{}"},
        "half an object": {"event": "{"},
        "a name without the rest": {"event": '{"object": "event"}'},
        "too deep": {"event": "[" * 60_000},
        "a nought inside": {"event": EVENT | {"type": "a\x00b"}},
        "half a character": {"event": EVENT | {"request": "\ud800"}},
        "not a number": {"event": EVENT | {"created": float("nan")}},
        "a mode in words": {"event": EVENT | {"livemode": "no"}},
        "a number for a name": {"event": EVENT | {"id": 5}},
        "a name without end": {"event": EVENT | {"type": "x" * 300}},
    }


def test_nothing_forged_leaves_anything_but_a_count(post):
    tried = forgeries()

    answers = {name: post(**forgery).status_code for name, forgery in tried.items()}

    assert {name: answer for name, answer in answers.items() if answer != 400} == {}
    assert len(answers) == 45
    assert not StripeEvent.objects.exists()
    counted = sum(inbox.refusals(endpoint, at=now()) for endpoint in SECRETS)
    assert counted == len(answers)


def test_a_body_of_more_than_256_kibibytes_is_not_read_to_its_end(post, monkeypatch):
    read = []
    take = webhooks.HttpRequest.read

    def counted(self, *size):
        part = take(self, *size)
        read.append(len(part))
        return part

    monkeypatch.setattr(webhooks.HttpRequest, "read", counted)

    assert post(EVENT | {"padding": "x" * 1024 * 1024}).status_code == 413
    assert sum(read) == webhooks.MOST_BYTES + 1
    assert post(EVENT | {"padding": "x" * 200 * 1024}).status_code == 200
    assert inbox.refusals("platform", at=now()) == 1


def test_an_endpoint_without_a_secret_does_not_exist(post, settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS | {"connect": [], "thin": [""]}

    assert post(to="connect", signed_with="").status_code == 404
    assert post(THIN, to="thin", signed_with="").status_code == 404
    assert post(to="elsewhere").status_code == 404


# --- What is Stripe's and not for us


def test_what_is_not_for_us_is_kept_and_never_handled(post, account):
    theirs = {"type": "account.updated", "data": {"object": {"id": "acct_foreign"}}}
    connect = {"to": "connect", "signed_with": "whsec_c"}
    sent = {
        "live": post(EVENT | {"id": "evt_live", "livemode": True}),
        "foreign": post(
            EVENT | theirs | {"id": "evt_foreign", "account": "acct_foreign"},
            to="connect",
            signed_with="whsec_c",
        ),
        "nobody's": post(
            EVENT | theirs | {"id": "evt_nobody"}, to="connect", signed_with="whsec_c"
        ),
        "of an account": post(EVENT | {"id": "evt_of", "account": account.stripe_id}),
        "ours": post(EVENT | theirs | {"id": "evt_ours", "account": account.stripe_id}, **connect),
    }

    assert {answer.status_code for answer in sent.values()} == {200}
    stored = StripeEvent.objects.order_by("pk")
    assert [(one.event_id, one.status) for one in stored] == [
        ("evt_live", "ignored"),
        ("evt_foreign", "ignored"),
        ("evt_nobody", "ignored"),
        ("evt_of", "ignored"),
        ("evt_ours", "new"),
    ]
    reasons = [one.history.get().reason for one in stored.filter(status="ignored")]
    assert reasons == ["livemode", "account", "account", "account"]
    assert inbox.due(at=now()) == [stored.get(event_id="evt_ours").pk]


# --- Again and again


@pytest.mark.django_db(transaction=True)
def test_64_copies_now_an_hour_later_and_with_a_clock_that_went_back_are_one_row(
    at_once, monkeypatch, settings
):
    def deliver(signature):
        return lambda: send(signature=signature).status_code

    first = signed(BODY)
    answers = at_once(*[deliver(first)] * 64)
    assert answers == [200] * 64

    # An hour later the same message is too old, and Stripe would have signed its repeat anew.
    an_hour_on = now() + timedelta(hours=1)
    monkeypatch.setattr(webhooks, "now", lambda: an_hour_on)
    assert at_once(*[deliver(first)] * 8) == [400] * 8
    assert at_once(*[deliver(signed(BODY, age=-3_600))] * 8) == [200] * 8

    # With a clock thirty days behind, what was overheard then is fresh again.
    a_month_ago = now() - timedelta(days=30)
    monkeypatch.setattr(webhooks, "now", lambda: a_month_ago)
    assert at_once(*[deliver(signed(BODY, age=30 * 86_400))] * 8) == [200] * 8

    assert StripeEvent.objects.count() == 1


def test_an_event_that_was_not_stored_is_not_thanked_for(post, monkeypatch):
    def lost(*_args, **_values):
        raise DatabaseError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(StripeEvent.objects, "get_or_create", lost)
        client = Client(raise_request_exception=False)
        assert post(client=client).status_code == 500

    assert not StripeEvent.objects.exists()
    assert post().status_code == 200
    assert StripeEvent.objects.get().status == "new"


def test_only_posts_are_taken(client):
    assert client.get("/hooks/stripe/platform/").status_code == 405


def test_it_needs_no_form_token(post):
    assert post(client=Client(enforce_csrf_checks=True)).status_code == 200
