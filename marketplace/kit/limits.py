"""How often something may be done, counted exactly however many ask at once.

A count belongs to a rate, to whom it is counted for, and to a window of the clock. It is raised by
one INCR of the cache, which is atomic in Valkey, and every caller learns another number; so of 64
in the same moment exactly as many get through as may.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils.translation import ngettext

from marketplace.kit.cache import AWAY
from marketplace.kit.errors import DomainError

A_MINUTE, AN_HOUR, A_DAY = 60, 3_600, 86_400
# From so many minutes on a wait is said in hours.
LONG = 120


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` times in each window of `seconds`; windows begin with the clock's."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a rate to somebody, and in how many seconds all of it is there again."""

    rate: Rate
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """How programs are told (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.rate.name}";q={self.rate.most};w={self.rate.seconds}',
            "RateLimit": f'"{self.rate.name}";r={self.left};t={self.seconds}',
        }


class TooOften(DomainError):
    """It was done as often as it may be; `spent` says when it may be again."""

    status = 429
    code = "too_often"

    def __init__(self, spent: Spent) -> None:
        self.spent = spent
        super().__init__(_wait(-(-spent.seconds // A_MINUTE)))

    @property
    def headers(self) -> dict[str, str]:
        """What an answer says about it (RFC 9110, section 10.2.3)."""
        return self.spent.headers | {"Retry-After": str(self.spent.seconds)}


def _wait(minutes: int) -> str:
    if minutes > LONG:
        hours = -(-minutes // A_MINUTE)
        return ngettext(
            "That was too often in a short time. Please try again in %(hours)s hour.",
            "That was too often in a short time. Please try again in %(hours)s hours.",
            hours,
        ) % {"hours": hours}
    return ngettext(
        "That was too often in a short time. Please try again in %(minutes)s minute.",
        "That was too often in a short time. Please try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def spend(rate: Rate, who: str, *, at: datetime) -> Spent:
    """Count one more for somebody, and say what is left.

    :param who: names them, such as "user:7" or "address:192.0.2.7"; kept only as a hash.
    :raises TooOften: when nothing was left.
    """
    used = _raised(_key(rate, who, at=at), keep=2 * rate.seconds)
    passed = int(at.timestamp()) % rate.seconds
    spent = Spent(rate, max(rate.most - used, 0), rate.seconds - passed)
    if used > rate.most:
        raise TooOften(spent)
    return spent


def give_back(rate: Rate, who: str, *, at: datetime) -> None:
    """Take back what `spend` counted at that moment; what is no longer counted stays as it is."""
    with suppress(ValueError, *AWAY):
        cache.decr(_key(rate, who, at=at))


def say(headers: Mapping[str, str], answer: Any) -> None:
    """Write headers on an answer, which Django lets be set one by one only."""
    for name, value in headers.items():
        answer[name] = value


def _key(rate: Rate, who: str, *, at: datetime) -> str:
    window = int(at.timestamp()) // rate.seconds
    return f"limit:{rate.name}:{sha256(who.encode()).hexdigest()[:32]}:{window}"


def _raised(key: str, *, keep: int) -> int:
    """Add one; whoever comes first begins at nothing, which `add` does for one of them only."""
    cache.add(key, 0, timeout=keep)
    return int(cache.incr(key))
