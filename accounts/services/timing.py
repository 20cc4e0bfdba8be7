"""When a mail may leave: its reader's wishes and the hours of their own clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Cadence, Kind, Mail, Preference, User
from accounts.models.notification import ALWAYS_MAILED

# Digests come before the day's work, by the reader's own clock; the weekly one on a Monday.
DIGEST_HOUR = 8
MONDAY = 0
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a mail that is due: a move of it, or to wait until `due_at`."""

    verb: str
    due_at: datetime


def plan(mail: Mail, *, at: datetime) -> Plan:
    """Decide for one mail, as its reader wishes now; what is nobody's news leaves at once."""
    if mail.user is None:
        return Plan("send", at)
    cadence = _cadence(mail)
    if cadence == Cadence.OFF or not mail.user.is_active:
        return Plan("skip", at)
    if cadence in {Cadence.DAILY, Cadence.WEEKLY}:
        return Plan("collect", next_digest(mail.user, cadence, at=at))
    waits = quiet_until(mail.user, at=at) if mail.kind != Kind.SECURITY else at
    return Plan("wait" if waits > at else "send", waits)


def next_digest(user: User, cadence: str, *, at: datetime) -> datetime:
    """Return when this person's next daily or weekly digest is due, after `at`."""
    return next_digest_in(user.time_zone, cadence, at=at)


def next_digest_in(time_zone: str, cadence: str, *, at: datetime) -> datetime:
    """Return when the next daily or weekly digest is due in an IANA time zone, after `at`."""
    zone = ZoneInfo(time_zone)
    day = at.astimezone(zone).date()
    while True:
        due = datetime.combine(day, time(DIGEST_HOUR), tzinfo=zone)
        if due > at and (cadence == Cadence.DAILY or day.weekday() == MONDAY):
            return due.astimezone(at.tzinfo)
        day += A_DAY


def quiet_until(user: User, *, at: datetime) -> datetime:
    """Return the end of the quiet hours that `at` falls into, else `at` itself."""
    if user.quiet_from is None or user.quiet_until is None:
        return at
    zone = ZoneInfo(user.time_zone)
    local = at.astimezone(zone)
    since_start = (local.hour - user.quiet_from) % 24
    length = (user.quiet_until - user.quiet_from) % 24
    if since_start >= length:
        return at
    is_tomorrow = user.quiet_until <= local.hour
    day = local.date() + (A_DAY if is_tomorrow else timedelta())
    return datetime.combine(day, time(user.quiet_until), tzinfo=zone).astimezone(at.tzinfo)


def _cadence(mail: Mail) -> str:
    if mail.kind in ALWAYS_MAILED:
        return Cadence.NOW
    wish = Preference.objects.filter(user=mail.user, kind=mail.kind).first()
    return wish.by_mail if wish else Cadence.NOW
