"""While the site is looked after people wait and money does not.

Webhooks come in, workers and timers go on, so a payment that was on its way arrives and no deadline
of money is missed. Our staff still see every page, to look before the others do.
"""

from datetime import datetime

from django.core.cache import cache

KEY = "maintenance"


def begin(*, until: datetime) -> None:
    """Close the site to everyone but our staff; `until` is what they are told, in UTC.

    It stays closed until `end`: what takes longer than was said does not open a site half done.
    """
    cache.set(KEY, until, timeout=None)


def end() -> None:
    """Open the site again."""
    cache.delete(KEY)


def announced_end() -> datetime | None:
    """Return when it should be over, in UTC; None while the site is open."""
    found: datetime | None = cache.get(KEY)
    return found
