"""The reviewers' clock: it runs from 09:00 to 17:00 UTC, Monday to Friday; holidays count."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

OPENS, CLOSES = time(9, tzinfo=UTC), time(17, tzinfo=UTC)
WORKING_DAYS = 5
DAY = timedelta(days=1)
NOTHING = timedelta(0)


def after(moment: datetime, span: timedelta) -> datetime:
    """Return when so much business time has passed since a moment (aware; the answer is UTC).

    No time at all has passed at the moment itself, also outside business hours.
    """
    if span <= NOTHING:
        return moment.astimezone(UTC)
    for start, end in _openings(moment):
        if span <= end - start:
            return start + span
        span -= end - start
    raise AssertionError("there is always another working day")


def between(start: datetime, end: datetime) -> timedelta:
    """Return how much business time lies between two aware moments; none when end comes first."""
    total = NOTHING
    for opening, closing in _openings(start):
        if opening >= end:
            return total
        total += min(closing, end) - opening
    raise AssertionError("there is always another working day")


def _openings(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield (from, to) of the business time that is left of this day, and of each day after it."""
    moment = moment.astimezone(UTC)
    day = moment.date()
    while True:
        opening, closing = datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
        if day.weekday() < WORKING_DAYS and moment < closing:
            yield max(opening, moment), closing
        day += DAY
