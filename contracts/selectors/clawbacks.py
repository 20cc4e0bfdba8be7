"""Reads of released money that comes back, shaped for the contract and for our staff's desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from contracts.models import Clawback, Contract, Recovery
from contracts.models.clawback import UNDER_WAY

S = Clawback.Status
MOST_OVER = 50


def whole() -> QuerySet[Clawback]:
    """Return clawbacks with everything their pages name."""
    related = Clawback.objects.select_related(
        "milestone__contract__organisation",
        "milestone__contract__expert__user",
        "by",
        "cover_by",
        "cover_second",
        "refund",
    )
    return related.prefetch_related("recoveries")


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for our staff, what is under way, and what is over."""

    waiting: Sequence[Clawback]
    under_way: Sequence[Clawback]
    over: Sequence[Clawback]


def desk() -> Desk:
    """Return the clawbacks of the desk, the oldest that waits on top."""
    rows = list(whole().filter(status__in=UNDER_WAY).order_by("pk"))
    over = whole().exclude(status__in=UNDER_WAY).order_by("-pk")
    return Desk(
        waiting=[row for row in rows if row.status == S.SHORT],
        under_way=[row for row in rows if row.status != S.SHORT],
        over=list(over[:MOST_OVER]),
    )


def parts_of(clawback: Clawback) -> list[Recovery]:
    """Return what it takes of each release, and how far each part is."""
    rows = clawback.recoveries.select_related("operation", "release__milestone__contract")
    return list(rows.order_by("pk"))


def of_contract(contract: Contract) -> list[Clawback]:
    """Return what was, or is being, given back of a contract's released money."""
    rows = Clawback.objects.filter(milestone__contract=contract)
    related = rows.select_related("milestone__contract").prefetch_related("recoveries")
    return list(related.order_by("-pk"))
