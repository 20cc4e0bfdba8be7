"""How much of what everybody may read one reader gets: people are read, and not carried off.

Whoever is signed in is counted as themselves; strangers, and accounts of the last days, by their
place on the net, so that neither a new account nor a second one is a new allowance. An address that
cannot be reached from the Internet is no place: behind a proxy that hides its visitors it would be
everybody.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from marketplace.kit import limits
from marketplace.kit.cache import AWAY
from marketplace.kit.egress import is_public
from marketplace.kit.limits import A_DAY, A_MINUTE, Rate

# Twice as many as the day's rate fit into 24 hours, across the border of two windows: of 10,000
# profiles a reader gets a twentieth a day. People who choose an expert read some dozen.
PROFILES = (Rate("profiles-a-minute", 60, A_MINUTE), Rate("profiles-a-day", 250, A_DAY))
# Pages of lists show cards; whoever filters asks again with each click.
LISTS = (Rate("lists-a-minute", 60, A_MINUTE), Rate("lists-a-day", 1_000, A_DAY))
# An account is nobody's yet for so long.
FRESH = timedelta(days=7)
# What one customer of a provider gets (RIPE-690): other addresses in it are the same place.
V6_PREFIX = 56


def count(user: User | AnonymousUser, address: str, rates: Iterable[Rate], *, at: datetime) -> None:
    """Count a page that is read, for everyone it counts for; uncounted while the cache is away.

    :param address: that of the reader on the net.
    :raises TooOften: when one of them has read as many as they may.
    """
    try:
        for who in _readers(user, address, at):
            for rate in rates:
                limits.spend(rate, who, at=at)
    except AWAY:
        return


def _readers(user: User | AnonymousUser, address: str, at: datetime) -> list[str]:
    place = _place(address)
    if isinstance(user, AnonymousUser):
        return [place] if place else []
    is_fresh = user.date_joined > at - FRESH
    return [f"user:{user.pk}", *([place] if place and is_fresh else [])]


def _place(address: str) -> str:
    """Name a place on the net; nothing for an address that is not one."""
    if not is_public(address):
        return ""
    if ip_address(address).version == 4:  # noqa: PLR2004 (the protocol's name)
        return f"place:{address}"
    return f"place:{ip_network((address, V6_PREFIX), strict=False)}"
