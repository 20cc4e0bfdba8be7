"""The reviewers' clock: business hours in UTC, whatever the weekend and the summer time do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.business import after, between

HOUR = timedelta(hours=1)
FORTY = 40 * HOUR


def at(text: str) -> datetime:
    """Read a moment of UTC; the week of 2030-01-07 begins on a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2030-01-07 09:00", 8, "2030-01-07 17:00"),
        ("2030-01-07 16:00", 2, "2030-01-08 10:00"),
        ("2030-01-11 16:00", 2, "2030-01-14 10:00"),  # over a weekend
        ("2030-01-12 12:00", 1, "2030-01-14 10:00"),  # from a Saturday
        ("2030-01-07 03:00", 1, "2030-01-07 10:00"),  # before we open
        ("2030-01-07 20:00", 1, "2030-01-08 10:00"),  # after we close
        ("2030-01-08 12:00", 40, "2030-01-15 12:00"),  # what we promise
        ("2030-01-12 12:00", 0, "2030-01-12 12:00"),
    ],
)
def test_business_time_passes(start, hours, end):
    assert after(at(start), hours * HOUR) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2030-01-07 09:00", "2030-01-07 17:00", 8),
        ("2030-01-11 16:00", "2030-01-14 10:00", 2),
        ("2030-01-12 01:00", "2030-01-13 23:00", 0),
        ("2030-01-08 12:00", "2030-01-15 12:00", 40),
        ("2030-01-08 12:00", "2030-01-07 12:00", 0),
    ],
)
def test_how_much_lies_between(start, end, hours):
    assert between(at(start), at(end)) == hours * HOUR


def test_summer_time_changes_nothing():
    """Europe turns its clocks on Sunday 31 March 2030; ours are UTC."""
    london = datetime(2030, 3, 29, 16, tzinfo=ZoneInfo("Europe/London"))

    assert after(london, 2 * HOUR) == at("2030-04-01 10:00")
    assert between(london, at("2030-04-01 10:00")) == 2 * HOUR


MOMENTS = st.datetimes(datetime(2029, 1, 1), datetime(2031, 1, 1)).map(  # noqa: DTZ001 (made aware)
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(MOMENTS, st.integers(1, 20_000).map(lambda minutes: timedelta(minutes=minutes)))
def test_one_undoes_the_other(start, span):
    assert between(start, after(start, span)) == span
