"""People's own programs hear what happens: signed, of what they may see, until they listen."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from accounts.models import Delivery, Membership, Notification, Topic, Webhook
from accounts.services import webhooks
from marketplace.kit import personal
from marketplace.kit.egress import AddressRefused
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.served import Quiet, served

ALL = tuple(Topic.values)


class Program(Quiet):
    """A program that listens, and answers as it is told to."""

    heard: list[tuple[dict[str, str], bytes]] = []
    answer = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        self.send_response(self.answer)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def program(settings):
    """Run a program on this machine, which the settings name."""
    Program.heard, Program.answer = [], 200
    settings.DEVELOPMENT = True
    with served(Program) as address:
        settings.EGRESS_ALLOW = [address.removeprefix("http://")]
        yield f"{address}/hook"


@pytest.fixture
def webhook(acme, program) -> Webhook:
    """Acme's program listens to everything."""
    return webhooks.add(url=program, topics=ALL, by=acme, at=NOON)


def listen(user, url: str = "https://hooks.example/in", topics=ALL) -> Webhook:
    return webhooks.add(url=url, topics=topics, by=user, at=NOON)


def told(webhook: Webhook) -> list[str]:
    return [row.event for row in webhook.deliveries.order_by("pk")]


def test_a_program_hears_what_moved_and_knows_that_it_is_us(webhook, organisation):
    job = factories.job(organisation, status="draft")
    job.move("publish", by=None, at=NOON)

    assert webhooks.deliver_due(at=NOON) == 1

    (headers, body), row = Program.heard[0], webhook.deliveries.get()
    key = b64decode(webhooks.secret_of(webhook).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.digest(key, signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == row.public_id
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    said = json.loads(body)
    assert said["type"] == "job.open"
    assert said["timestamp"] == "2030-01-01T12:00:00+00:00"
    assert said["data"]["id"] == job.public_id
    assert said["data"]["url"].endswith(reverse("jobs:detail", args=[job.public_id]))
    assert (row.status, row.answer, row.attempts) == ("delivered", 200, 1)


def test_it_hears_once_however_many_workers_try(webhook, acme):
    row = webhooks.try_out(webhook, by=acme, at=NOON)

    for _ in range(3):
        webhooks.deliver(row.pk, at=NOON)

    assert len(Program.heard) == 1


def test_everybody_hears_of_what_they_may_see_themselves(acme, ada, mallory, organisation):
    client, expert, outsider = listen(acme), listen(ada), listen(mallory)
    job = factories.job(organisation, status="draft")
    proposal = factories.proposal(job, ada.expert, status="draft", submitted_at=None)

    job.move("publish", by=None, at=NOON)
    proposal.move("withdraw", by=ada, at=NOON)  # never sent: the client does not hear of it
    sent = factories.proposal(factories.job(organisation), ada.expert)
    sent.move("archive", by=acme, at=NOON)  # how the client keeps their list
    sent.move("restore", by=acme, at=NOON)

    assert told(client) == ["job.open", "proposal.archived", "proposal.submitted"]
    assert told(expert) == ["proposal.withdrawn", "proposal.submitted"]
    assert told(outsider) == []


def test_both_sides_hear_of_work_and_money(acme, ada, organisation):
    client, expert = listen(acme, topics=["milestone"]), listen(ada, topics=["contract"])
    contract = factories.contract(organisation, ada.expert)
    contract.milestones.get().move("start_funding", by=acme, at=NOON)
    contract.move("pause", by=ada, at=NOON)

    assert told(client) == ["milestone.funding"]
    assert told(expert) == ["contract.paused"]


def test_who_left_and_who_is_locked_out_hear_nothing_more(acme, member, organisation):
    leaver, locked = member(Membership.Role.HIRING), member(Membership.Role.FINANCE)
    first, second = listen(leaver), listen(locked)
    leaver.memberships.all().delete()
    type(locked).objects.filter(pk=locked.pk).update(is_active=False)

    factories.job(organisation, status="draft").move("publish", by=None, at=NOON)

    assert told(first) == told(second) == []


def test_what_was_not_taken_is_told_again_and_then_given_up(webhook, acme):
    Program.answer = 500
    row, at = webhooks.try_out(webhook, by=acme, at=NOON), NOON

    for tries in range(1, 9):
        assert webhooks.deliver_due(at=at) == 1
        row.refresh_from_db()
        assert (row.attempts, row.answer) == (tries, 500)
        assert webhooks.deliver_due(at=at) == 0
        at = row.due_at

    webhook.refresh_from_db()
    assert (row.status, webhook.status) == ("given_up", "paused")
    assert NOON + timedelta(days=1) < at < NOON + timedelta(days=2)
    assert Notification.objects.get(user=acme).subject == "Paused: your webhook did not answer"


def test_an_address_that_is_gone_is_not_asked_again(webhook, acme):
    Program.answer = 410
    row = webhooks.try_out(webhook, by=acme, at=NOON)

    webhooks.deliver(row.pk, at=NOON)

    webhook.refresh_from_db()
    assert webhook.status == Webhook.Status.PAUSED


def test_a_redirect_is_no_answer_and_is_not_followed(webhook, acme):
    Program.answer = 302
    row = webhooks.try_out(webhook, by=acme, at=NOON)

    webhooks.deliver(row.pk, at=NOON)

    row.refresh_from_db()
    assert (row.status, row.answer, len(Program.heard)) == ("queued", 302, 1)


def test_an_address_inside_is_never_opened(acme, settings):
    settings.EGRESS_ALLOW = []
    row = webhooks.try_out(listen(acme, "https://169.254.169.254/hook"), by=acme, at=NOON)

    webhooks.deliver(row.pk, at=NOON)

    row.refresh_from_db()
    assert (row.status, row.answer, row.failure) == ("queued", None, "address_refused")


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "https://hooks.example:8443/", "https://u:p@hooks.example/"]
)
def test_only_https_is_told_anything(acme, url):
    with pytest.raises(AddressRefused):
        listen(acme, url)

    assert not Webhook.objects.exists()


def test_paused_it_hears_nothing_and_goes_on_with_what_waited(webhook, acme, organisation):
    waiting = webhooks.try_out(webhook, by=acme, at=NOON)
    webhook.move("pause", by=acme, at=NOON)
    factories.job(organisation, status="draft").move("publish", by=None, at=NOON)
    assert webhooks.deliver_due(at=NOON) == 0

    webhooks.resume(webhook, by=acme, at=NOON)

    assert webhooks.deliver_due(at=NOON) == 1
    waiting.refresh_from_db()
    assert waiting.status == Delivery.Status.DELIVERED
    assert told(webhook) == ["ping"]


def test_a_message_can_be_sent_again_under_its_id(webhook, acme):
    row = webhooks.try_out(webhook, by=acme, at=NOON)
    with pytest.raises(IllegalMove):
        webhooks.send_again(row, by=acme, at=NOON)
    webhooks.deliver(row.pk, at=NOON)
    row.refresh_from_db()

    webhooks.send_again(row, by=acme, at=NOON)
    webhooks.deliver(row.pk, at=NOON)

    ids = [headers["webhook-id"] for headers, _ in Program.heard]
    assert ids == [row.public_id] * 2


def test_five_are_enough(acme):
    for _ in range(5):
        listen(acme)

    with pytest.raises(webhooks.TooManyWebhooks):
        listen(acme)

    assert acme.webhooks.count() == 5


def test_the_log_is_kept_for_thirty_days(webhook, acme):
    row = webhooks.try_out(webhook, by=acme, at=NOON)
    waiting = webhooks.try_out(webhook, by=acme, at=NOON)
    webhooks.deliver(row.pk, at=NOON)

    personal.purge(at=NOON + timedelta(days=30))
    assert webhook.deliveries.count() == 2
    personal.purge(at=NOON + timedelta(days=30, seconds=1))

    assert list(webhook.deliveries.all()) == [waiting]


def test_secrets_stand_sealed_and_follow_a_new_key(webhook, settings):
    secret = webhooks.secret_of(webhook)
    webhook.refresh_from_db()
    assert secret not in webhook.secret
    settings.SEALING_KEYS = {"new": bytes(range(32)), **settings.SEALING_KEYS}

    assert webhooks.reseal() == 1

    settings.SEALING_KEYS = {"new": bytes(range(32))}
    webhook.refresh_from_db()
    assert webhooks.secret_of(webhook) == secret


def test_removed_it_leaves_no_secret_and_no_log(webhook, acme):
    webhooks.try_out(webhook, by=acme, at=NOON)

    webhooks.remove(webhook, by=acme, at=NOON)

    webhook.refresh_from_db()
    assert (webhook.status, webhook.secret, webhook.deliveries.count()) == ("removed", "", 0)


def test_the_pages_add_show_try_and_remove(client, acme, program):
    client.force_login(acme)
    sent = {"url": program, "topics": ["job", "milestone"]}

    answer = client.post(reverse("accounts:add-webhook"), sent, follow=True)

    row = Webhook.objects.get()
    assert webhooks.secret_of(row) in answer.content.decode()
    client.post(reverse("accounts:try-webhook", args=[row.public_id]))
    webhooks.deliver_due(at=row.deliveries.get().due_at)
    page = client.get(reverse("accounts:webhook", args=[row.public_id])).content.decode()
    assert "ping" in page
    assert "Delivered" in page
    before = webhooks.secret_of(row)
    client.post(reverse("accounts:webhook-secret", args=[row.public_id]))
    row.refresh_from_db()
    assert webhooks.secret_of(row) != before
    client.post(reverse("accounts:remove-webhook", args=[row.public_id]))
    assert (
        "No address is told anything yet."
        in client.get(reverse("accounts:webhooks")).content.decode()
    )


def test_a_form_that_lacks_something_keeps_what_was_typed(client, acme):
    client.force_login(acme)

    answer = client.post(reverse("accounts:add-webhook"), {"url": "http://10.0.0.1/x"})

    assert answer.status_code == 422
    assert "http://10.0.0.1/x" in answer.content.decode()


def test_somebody_elses_webhook_is_not_there(client, webhook, mallory):
    client.force_login(mallory)
    for name in ("webhook", "webhook-secret"):
        assert client.get(reverse(f"accounts:{name}", args=[webhook.public_id])).status_code == 404
