"""The outbox sends each mail once, after commit, and keeps no text."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.utils.timezone import now

from accounts import tasks
from accounts.models import Kind, Mail
from accounts.services import notifications, outbox
from accounts.services.notifications import Message
from tests.conftest import NOON


@pytest.fixture
def queued(db):
    return outbox.post(
        key="k", to="ada@attest.example", subject="Hello", text="text", html="<p>html</p>", at=NOON
    )


@pytest.fixture
def broken_server(settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_send_mail.BrokenServer"


class BrokenServer:
    """A mail server that hangs up."""

    def __init__(self, **options):
        pass

    def send_messages(self, messages):  # noqa: ARG002
        raise SMTPServerDisconnected("gone")


def test_sends_both_parts_under_a_stable_message_id(queued, mailoutbox):
    outbox.deliver(queued.pk, at=NOON)

    (sent,) = mailoutbox
    assert (sent.to, sent.subject, sent.body) == (["ada@attest.example"], "Hello", "text")
    assert sent.alternatives[0][0] == "<p>html</p>"
    assert queued.public_id in sent.extra_headers["Message-ID"]


def test_keeps_that_it_went_but_not_what_it_said(queued):
    outbox.deliver(queued.pk, at=NOON)

    queued.refresh_from_db()
    assert (queued.status, queued.text, queued.html) == ("sent", "", "")


def test_a_second_worker_finds_nothing_to_do(queued, mailoutbox):
    outbox.deliver(queued.pk, at=NOON)
    outbox.deliver(queued.pk, at=NOON)

    assert len(mailoutbox) == 1


def test_a_mail_that_failed_waits_for_the_next_sweep(queued, broken_server):
    outbox.deliver(queued.pk, at=NOON)

    queued.refresh_from_db()
    assert queued.status == "queued"
    assert queued.due_at == NOON + outbox.LEASE
    assert queued.text == "text"


def test_the_sweep_takes_only_what_is_due(queued, mailoutbox):
    Mail.objects.update(due_at=NOON + timedelta(minutes=1))

    assert outbox.deliver_due(at=NOON) == 0
    assert outbox.deliver_due(at=NOON + timedelta(minutes=1)) == 1
    assert len(mailoutbox) == 1


def test_the_sweep_takes_first_what_somebody_waits_for(queued, mallory, mailoutbox):
    many = Message(mallory, Kind.MATCH, "match", "A job fits you", "RAG", "/jobs/", "Read it")
    notifications.tell_all([many], at=NOON - timedelta(minutes=2))
    outbox.post_awaited(
        key="code", to="b@attest.example", subject="Code", text="7", html="7", at=NOON
    )

    assert outbox.deliver_due(at=NOON, limit=2) == 2
    assert outbox.deliver_due(at=NOON, limit=2) == 1

    assert [mail.subject for mail in mailoutbox] == ["Code", "Hello", "A job fits you"]


def test_the_sweep_comes_again_as_long_as_something_is_due(db, django_capture_on_commit_callbacks):
    outbox.post(key="k", to="b@attest.example", subject="Hello", text="", html="", at=now())

    with django_capture_on_commit_callbacks() as hints:
        tasks.send_due_mail()
    assert len(hints) == 1

    with django_capture_on_commit_callbacks() as hints:
        tasks.send_due_mail()
    assert hints == []


def test_old_news_is_dropped(queued, mailoutbox):
    outbox.deliver(queued.pk, at=NOON + timedelta(days=2))

    queued.refresh_from_db()
    assert queued.status == "stale"
    assert mailoutbox == []


def test_all_old_news_is_dropped_together(queued, django_assert_num_queries):
    late = NOON + timedelta(days=1, seconds=1)
    fresh = outbox.post(
        key="fresh", to="b@attest.example", subject="Hello", text="text", html="html", at=late
    )

    with django_assert_num_queries(9):
        assert outbox.drop_late(at=late) == 1

    queued.refresh_from_db()
    assert (queued.status, queued.text, queued.html) == ("stale", "", "")
    assert queued.history.last().verb == "drop"
    fresh.refresh_from_db()
    assert (fresh.status, fresh.text) == ("queued", "text")
