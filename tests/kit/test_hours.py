"""Working hours that two zones share, on the day in question."""

from datetime import date
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.hours import shared_hours, sharing

zones = st.sampled_from(sorted(available_timezones()))
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("one", "other", "on", "hours"),
    [
        ("Europe/London", "Europe/London", date(2030, 1, 1), 8),
        ("Europe/London", "Africa/Lagos", date(2030, 1, 1), 7),
        ("Europe/London", "Africa/Lagos", date(2030, 7, 1), 8),  # London's summer time
        ("Europe/London", "America/New_York", date(2030, 1, 1), 3),
        ("Europe/London", "America/New_York", date(2030, 3, 20), 4),  # New York changes first
        ("Europe/London", "Asia/Kolkata", date(2030, 1, 1), 2),  # five and a half hours apart
        ("Europe/London", "Asia/Tokyo", date(2030, 1, 1), 0),
        ("Pacific/Auckland", "Pacific/Honolulu", date(2030, 1, 1), 7),  # across the date line
    ],
)
def test_two_places_share_so_many_hours(one, other, on, hours):
    assert shared_hours(one, other, on=on) == hours


@given(zones, zones, days)
def test_it_is_the_same_seen_from_both_sides_and_at_most_a_day(one, other, on):
    hours = shared_hours(one, other, on=on)

    assert hours == shared_hours(other, one, on=on)
    assert 0 <= hours <= 8
    assert shared_hours(one, one, on=on) == 8


def test_every_zone_is_known():
    assert set(sharing("UTC", on=date(2030, 1, 1))) == available_timezones()
