"""A digest tells once, in one mail, what its reader did not want to be told at once."""

from datetime import UTC, datetime

import pytest

from accounts.models import Cadence, Kind, Mail
from accounts.services import digests, notifications, outbox
from accounts.services.notifications import Message
from tests.conftest import NOON

MORNING = datetime(2030, 1, 2, 8, tzinfo=UTC)


@pytest.fixture
def collect(mallory):
    """Tell mallory things that she wants to hear once a day."""
    mallory.preferences.create(kind="match", by_mail=Cadence.DAILY)

    def collect(count: int) -> None:
        for number in range(count):
            message = Message(
                *(mallory, Kind.MATCH, f"match:{number}", f"Job {number} fits you"),
                *("You have RAG.", f"/jobs/{number}/", "Read it"),
            )
            notifications.tell(message, at=NOON)
        outbox.deliver_due(at=NOON, limit=count)

    return collect


def test_gathers_what_was_told_into_one_mail(collect, mallory, mailoutbox):
    collect(2)

    assert digests.send_due(at=MORNING) == 1
    outbox.deliver_due(at=MORNING)

    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == ([mallory.email], "2 pieces of news: Job 0 fits you")
    for part in (sent.body, sent.alternatives[0][0]):
        assert "Job 1 fits you" in part
        assert "http://localhost:8000/jobs/1/" in part
        assert "/unsubscribe/" in part
    assert Mail.objects.filter(status="digested").count() == 2


def test_comes_when_it_is_due_and_once(collect, mailoutbox):
    collect(1)

    assert digests.send_due(at=MORNING.replace(hour=7)) == 0
    assert digests.send_due(at=MORNING) == 1
    assert digests.send_due(at=MORNING) == 0
    outbox.deliver_due(at=MORNING)

    assert [mail.subject for mail in mailoutbox] == ["1 piece of news: Job 0 fits you"]


def test_shows_twenty_and_says_how_many_more(collect):
    collect(22)

    digests.send_due(at=MORNING)

    text = Mail.objects.get(kind="digest").text
    assert "Job 19 fits you" in text
    assert "Job 20 fits you" not in text
    assert "And 2 more." in text


def test_what_was_read_in_the_app_is_not_told_again(collect, mallory):
    collect(2)
    notifications.mark_read(mallory.notifications.filter(key="match:0"), at=NOON)

    digests.send_due(at=MORNING)

    assert Mail.objects.get(kind="digest").subject == "1 piece of news: Job 1 fits you"
    assert Mail.objects.filter(status="unwanted").count() == 1


@pytest.mark.parametrize("change", ["off", "inactive"])
def test_a_wish_of_the_last_minute_counts(collect, mallory, change):
    collect(1)
    mallory.preferences.update(by_mail=Cadence.OFF if change == "off" else Cadence.DAILY)
    mallory.is_active = change != "inactive"
    mallory.save()

    digests.send_due(at=MORNING)

    assert Mail.objects.get().status == "unwanted"
