"""Reads of what Stripe's book and ours do not agree on, shaped for our staff's desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from contracts.models import Difference, Reconciliation

S = Difference.Status
MOST_RESOLVED = 50
MOST_DAYS = 31


def whole() -> QuerySet[Difference]:
    """Return differences with everything their pages name."""
    return Difference.objects.select_related("movement", "posting__contract", "proposed_by")


@dataclass(frozen=True, slots=True)
class Desk:
    """What was explained, and the days that were compared."""

    resolved: Sequence[Difference]
    days: Sequence[Reconciliation]


def unexplained() -> QuerySet[Difference]:
    """Return what has to be explained, the newest on top."""
    return whole().filter(status=S.OPEN)


def desk() -> Desk:
    """Return what stands on the desk below that, the newest on top."""
    return Desk(
        resolved=list(whole().filter(status=S.RESOLVED)[:MOST_RESOLVED]),
        days=list(Reconciliation.objects.all()[:MOST_DAYS]),
    )
