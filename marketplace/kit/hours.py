"""The working hours that two time zones share."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

WORKING_DAY = timedelta(hours=8)  # 09:00 to 17:00 on one's own clock
DAY = timedelta(days=1)


def shared_hours(zone: str, other: str, *, on: date) -> int:
    """Return how many whole working hours two IANA zones share on this day, 0 to 8."""
    apart = abs(_offset(zone, on) - _offset(other, on)) % DAY
    overlap = WORKING_DAY - min(apart, DAY - apart)
    return max(0, overlap // timedelta(hours=1))


@lru_cache(maxsize=64)
def sharing(zone: str, *, on: date) -> dict[str, int]:
    """Return every IANA zone with the working hours it shares with this one on this day."""
    return {name: shared_hours(zone, name, on=on) for name in available_timezones()}


@lru_cache(maxsize=4096)
def _offset(zone: str, on: date) -> timedelta:
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    return noon.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
