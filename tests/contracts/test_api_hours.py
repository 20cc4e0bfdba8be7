"""Hours through the API: a week is handed in and asked about; approving it is not here."""

import pytest

from contracts.models import Timesheet
from contracts.services import timesheets
from tests.conftest import NOON
from tests.contracts import hourly as rows
from tests.contracts.hourly import MONDAY

WEEK = {
    "starts_on": "2029-12-31",
    "lines": [{"day": "2029-12-31", "minutes": 90, "what": "Read the logs"}],
}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the API."""
    monkeypatch.setattr("contracts.api.hours.now", lambda: NOON)


@pytest.fixture
def hand_in(program, hourly):
    def hand_in(user, **changes):
        return program(user, "post", "timesheets", hourly.public_id, body=WEEK | changes)

    return hand_in


def test_a_week_is_handed_in_and_asked_about(program, hand_in, prepaid, hourly, acme, ada):
    handed = hand_in(ada)
    [shown] = program(acme, "get", "timesheets", hourly.public_id).json()["results"]
    body = {"question": "Which logs?"}
    asked = program(acme, "post", "query-hours", hourly.public_id, shown["id"], body=body)

    assert (handed.status_code, shown) == (201, handed.json())
    assert (shown["minutes"], shown["amount"]["amount"]) == (90, 135_00)
    assert [row["what"] for row in shown["lines"]] == ["Read the logs"]
    assert (asked.status_code, asked.json()["status"]) == (200, "queried")
    assert asked.json()["question"] == "Which logs?"


def test_the_client_sees_nothing_that_was_not_handed_in(program, prepaid, hourly, acme, ada):
    timesheets.write(hourly, MONDAY, rows.lines(1), by=ada, at=NOON)

    assert program(acme, "get", "timesheets", hourly.public_id).json()["results"] == []
    [own] = program(ada, "get", "timesheets", hourly.public_id).json()["results"]
    assert own["status"] == "open"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"starts_on": "2030-01-01"}, 400),
        ({"lines": []}, 400),
        ({"lines": [{"day": "2029-12-31", "minutes": 20, "what": "x"}]}, 422),
        ({"lines": [{"day": "2029-12-31", "minutes": 21 * 60, "what": "x"}]}, 422),
        ({"minutes": 90}, 400),
    ],
)
def test_what_does_not_fit_its_week_or_its_money_is_refused(hand_in, prepaid, change, status, ada):
    assert hand_in(ada, **change).status_code == status
    assert not Timesheet.objects.exists()


def test_each_side_does_its_own(program, hand_in, prepaid, hourly, acme, ada, mallory):
    assert hand_in(acme).status_code == 403
    assert hand_in(mallory).status_code == 404
    assert not Timesheet.objects.exists()
    sheet = rows.handed_in(hourly, 1)
    for who, status in ((ada, 403), (mallory, 404)):
        body = {"question": "x"}
        answer = program(who, "post", "query-hours", hourly.public_id, sheet.public_id, body=body)
        assert answer.status_code == status
    assert Timesheet.objects.get().status == "submitted"


def test_a_contract_of_milestones_has_no_weeks(program, contract, ada):
    assert program(ada, "get", "timesheets", contract.public_id).status_code == 404
