"""Reads of released money that comes back, shaped for the contract and for our staff's desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from contracts.models import Clawback, Contract, Recovery
from contracts.models.clawback import UNDER_WAY

S = Clawback.Status
# Of each list below what waits, as many rows as one looks through; the others are in the records.
MOST = 50


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
    """What our staff need do nothing about: what is under way, and what is over."""

    under_way: Sequence[Clawback]
    over: Sequence[Clawback]


def waiting() -> QuerySet[Clawback]:
    """Return what fell short and waits for a decision, the oldest on top."""
    return whole().filter(status=S.SHORT).order_by("pk")


def desk() -> Desk:
    """Return what stands on the desk below that."""
    under_way = whole().filter(status__in=UNDER_WAY).exclude(status=S.SHORT).order_by("pk")
    over = whole().exclude(status__in=UNDER_WAY).order_by("-pk")
    return Desk(under_way=list(under_way[:MOST]), over=list(over[:MOST]))


def parts_of(clawback: Clawback) -> list[Recovery]:
    """Return what it takes of each release, and how far each part is."""
    rows = clawback.recoveries.select_related("operation", "release__milestone__contract")
    return list(rows.order_by("pk"))


def of_contract(contract: Contract) -> list[Clawback]:
    """Return what was, or is being, given back of a contract's released money."""
    rows = Clawback.objects.filter(milestone__contract=contract)
    related = rows.select_related("milestone__contract").prefetch_related("recoveries")
    return list(related.order_by("-pk"))
