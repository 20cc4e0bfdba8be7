"""A mail leaves when its reader wants it: now, in a digest, never, and not in their quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Cadence, Kind, Mail
from accounts.services import notifications, outbox, timing
from accounts.services.notifications import Message
from tests.conftest import NOON


@pytest.fixture
def told(mallory):
    """Tell mallory something and let the worker come by; return the mail as it is then."""

    def told(kind: Kind = Kind.MATCH, at: datetime = NOON) -> Mail:
        message = Message(mallory, kind, "fact", "A job fits you", "RAG", "/jobs/", "Read it")
        notifications.tell(message, at=at)
        mail = Mail.objects.get()
        outbox.deliver(mail.pk, at=at)
        mail.refresh_from_db()
        return mail

    return told


def prefers(user, by_mail: Cadence, kind: Kind = Kind.MATCH) -> None:
    user.preferences.create(kind=kind, by_mail=by_mail)


def test_leaves_at_once_unless_the_reader_said_otherwise(told, mailoutbox):
    assert told().status == "sent"
    assert len(mailoutbox) == 1


def test_whoever_wants_none_gets_none_and_reads_it_in_the_app(told, mallory, mailoutbox):
    prefers(mallory, Cadence.OFF)

    mail = told()

    assert (mail.status, mail.text) == ("unwanted", "")
    assert mailoutbox == []
    assert mallory.notifications.exists()


def test_a_wish_that_comes_before_the_worker_counts(mallory, mailoutbox):
    message = Message(mallory, Kind.MATCH, "fact", "A job fits you", "RAG", "/jobs/", "Read it")
    notifications.tell(message, at=NOON)
    prefers(mallory, Cadence.OFF)

    outbox.deliver(Mail.objects.get().pk, at=NOON)

    assert mailoutbox == []


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.SECURITY])
def test_money_and_security_are_mailed_whatever_was_said(told, mallory, kind, mailoutbox):
    prefers(mallory, Cadence.OFF, kind)

    assert told(kind).status == "sent"
    assert len(mailoutbox) == 1


def test_nothing_is_mailed_to_whoever_may_not_log_in(told, mallory, mailoutbox):
    mallory.is_active = False
    mallory.save()

    assert told(Kind.SECURITY).status == "unwanted"
    assert mailoutbox == []


def test_waits_for_the_digest(told, mallory, mailoutbox):
    prefers(mallory, Cadence.DAILY)

    mail = told()

    assert (mail.status, mail.text) == ("collected", "")
    assert mail.due_at == datetime(2030, 1, 2, 8, tzinfo=UTC)
    assert mailoutbox == []


# 1 January 2030 is a Tuesday. Honolulu is ten hours behind, Kiritimati fourteen ahead.
@pytest.mark.parametrize(
    ("zone", "cadence", "at", "due"),
    [
        ("UTC", "daily", (1, 1, 7, 59), (1, 1, 8)),
        ("UTC", "daily", (1, 1, 8, 0), (1, 2, 8)),
        ("UTC", "weekly", (1, 1, 12), (1, 7, 8)),
        ("Pacific/Honolulu", "daily", (1, 1, 12), (1, 1, 18)),
        ("Pacific/Kiritimati", "weekly", (1, 6, 17), (1, 6, 18)),
        # The clock goes forward on 31 March and back on 27 October.
        ("Europe/Berlin", "daily", (3, 30, 12), (3, 31, 6)),
        ("Europe/Berlin", "daily", (10, 26, 12), (10, 27, 7)),
    ],
)
def test_a_digest_is_due_at_eight_by_the_readers_clock(mallory, zone, cadence, at, due):
    mallory.time_zone = zone
    moment = datetime(2030, *at, tzinfo=UTC)

    assert timing.next_digest(mallory, cadence, at=moment) == datetime(2030, *due, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "at", "end"),
    [
        ("UTC", (22, 7), (1, 1, 21, 59), None),
        ("UTC", (22, 7), (1, 1, 22, 0), (1, 2, 7)),
        ("UTC", (22, 7), (1, 2, 6, 59), (1, 2, 7)),
        ("UTC", (22, 7), (1, 2, 7, 0), None),
        ("UTC", (12, 14), (1, 1, 13), (1, 1, 14)),
        ("Asia/Kolkata", (22, 7), (1, 1, 17), (1, 2, 1, 30)),
        ("UTC", (None, None), (1, 1, 3), None),
        # In the night in which the clock goes forward, seven o'clock comes an hour sooner.
        ("Europe/Berlin", (22, 7), (3, 30, 22), (3, 31, 5)),
        ("Europe/Berlin", (22, 7), (10, 26, 22), (10, 27, 6)),
    ],
)
def test_quiet_hours_end_by_the_readers_clock(mallory, zone, hours, at, end):
    mallory.time_zone = zone
    mallory.quiet_from, mallory.quiet_until = hours
    moment = datetime(2030, *at, tzinfo=UTC)

    expected = datetime(2030, *end, tzinfo=UTC) if end else moment
    assert timing.quiet_until(mallory, at=moment) == expected


def test_waits_for_the_end_of_the_quiet_hours_and_leaves_then(told, mallory, mailoutbox):
    mallory.quiet_from, mallory.quiet_until = 11, 14
    mallory.save()

    mail = told(Kind.MONEY)
    assert (mail.status, mail.due_at) == ("queued", NOON + timedelta(hours=2))
    assert mailoutbox == []

    outbox.deliver_due(at=NOON + timedelta(hours=2))
    assert len(mailoutbox) == 1


def test_news_of_security_waits_for_nobodys_sleep(told, mallory):
    mallory.quiet_from, mallory.quiet_until = 11, 14
    mallory.save()

    assert told(Kind.SECURITY).status == "sent"
