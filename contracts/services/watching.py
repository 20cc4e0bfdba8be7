"""Asks every few minutes whether the money is as it must be, so that nobody has to remember to."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import F, Func, Sum, TextField, Value

from contracts import invariants
from contracts.models import LedgerAccount

log = logging.getLogger(__name__)

KEY = "books-watched"
# What nobody has looked at for so long is not known; the watch comes by every five minutes.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """What the last look found: how many sentences, what lies in each pot, and when it was.

    `money` has absolute sums in minor units by pot and currency.
    """

    violations: int
    money: dict[tuple[str, str], int]
    at: datetime


def watch(*, at: datetime) -> int:
    """Ask every question about the money, log each answer; return how many there are."""
    found = invariants.violations()
    for sentence in found:
        log.error("books.violation", extra={"violation": sentence})
    cache.set(KEY, Watched(len(found), _money(), at), timeout=KEPT.total_seconds())
    return len(found)


def _money() -> dict[tuple[str, str], int]:
    pot = Func(F("code"), Value(":"), Value(1), function="split_part", output_field=TextField())
    rows = LedgerAccount.objects.exclude(balance=0).annotate(pot=pot).values("pot", "currency")
    summed = rows.annotate(sum=Sum("balance")).order_by()
    return {(row["pot"], row["currency"]): abs(row["sum"]) for row in summed}


def last() -> Watched | None:
    """Return what the last look found; None when there was none since a day."""
    found: Watched | None = cache.get(KEY)
    return found
