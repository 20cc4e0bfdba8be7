"""The outbox sends each mail once, after commit, and keeps no text."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest

from accounts.models import Mail
from accounts.services import outbox
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


def test_old_news_is_dropped(queued, mailoutbox):
    outbox.deliver(queued.pk, at=NOON + timedelta(days=2))

    queued.refresh_from_db()
    assert queued.status == "stale"
    assert mailoutbox == []
