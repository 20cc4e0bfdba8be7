"""Finding a time to talk, as people see it: both clocks, the file for a calendar, no dead ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from jobs.models import Interview
from jobs.services import messages
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def conversation(acme, ada, monkeypatch):
    """Acme, in Berlin, has written to Ada, in Lagos; it is noon for the pages."""
    for page in ("interviews", "messages"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: NOON)
    acme.time_zone, ada.time_zone = "Europe/Berlin", "Africa/Lagos"
    acme.save()
    ada.save()
    job = factories.job(acme.memberships.get().organisation, time_zone="Europe/Berlin")
    proposal = factories.proposal(job, ada.expert)
    return messages.begin(proposal, text="Hello", files=[], by=acme, at=NOON).conversation


def address(name, row):
    return reverse(f"contracts:{name}", args=[row.public_id])


def test_from_proposed_times_to_a_file_for_the_calendar(client, acme, ada, conversation):
    client.force_login(acme)
    typed = {"first": "2030-01-02T10:00", "second": "2030-07-01T10:00", "minutes": "45"}
    refused = client.post(address("propose-interview", conversation), typed)
    assert refused.status_code == 422
    assert "within the next 60 days" in refused.text
    typed |= {"second": "2030-01-03T16:30", "link": "meet.example/acme", "note": "Milestone 2"}
    client.post(address("propose-interview", conversation), typed)

    row = Interview.objects.get()
    berlin = ZoneInfo("Europe/Berlin")
    assert [time.starts_at for time in row.times.all()] == [
        datetime(2030, 1, 2, 10, tzinfo=berlin),
        datetime(2030, 1, 3, 16, 30, tzinfo=berlin),
    ]
    client.force_login(ada)
    page = client.get(address("conversation", conversation)).text
    assert "Wed 2 Jan 2030, 10:00 WAT" in page
    assert "In Berlin: Wed 2 Jan 2030, 10:00 CET" in page
    assert "https://meet.example/acme" in page
    assert "Times for a talk proposed" in page
    assert client.get(address("interview-calendar", row)).status_code == 404

    client.post(address("agree-interview", row.times.all()[0]))
    assert (
        address("interview-calendar", row) in client.get(address("conversation", conversation)).text
    )
    file = client.get(address("interview-calendar", row))
    text = file.content.decode().replace("\r\n ", "")
    assert file["Content-Type"] == "text/calendar"
    assert "DTSTART:20300102T090000Z" in text
    assert "DTEND:20300102T094500Z" in text
    assert "SUMMARY:Talk: Acme and Ada Okonkwo" in text
    assert "10:00 CET" in text
    assert "Milestone 2\\nhttps://meet.example/acme" in text


def test_a_time_that_has_passed_cannot_be_picked_and_what_is_over_is_gone(
    client, acme, ada, conversation
):
    row = Interview.objects.create(
        conversation=conversation, side="client", by=acme, minutes=30, created_at=NOON,
        status="proposed",
    )  # fmt: skip
    row.times.create(starts_at=NOON)
    client.force_login(ada)
    page = client.get(address("conversation", conversation)).text
    assert "This time has passed" in page
    assert "Agree to this time" not in page
    assert "None of these" in page

    Interview.objects.update(status="agreed", starts_at=NOON - timedelta(minutes=31))
    assert "Call it off" not in client.get(address("conversation", conversation)).text
    Interview.objects.update(starts_at=NOON - timedelta(minutes=29))
    assert "Call it off" in client.get(address("conversation", conversation)).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "tomorrow", "minutes": "30"},
        {"first": "2030-01-02T10:00", "minutes": "7"},
        {"first": "2030-01-02T10:00", "minutes": "30", "link": "javascript:alert(1)"},
        {"first": "2030-01-02T10:00", "minutes": "30", "note": "x" * 501},
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(client, acme, conversation, wrong):
    client.force_login(acme)

    assert client.post(address("propose-interview", conversation), wrong).status_code == 422
    assert not Interview.objects.exists()
