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
    """What has to be explained, what was, and the days that were compared."""

    open: Sequence[Difference]
    resolved: Sequence[Difference]
    days: Sequence[Reconciliation]


def desk() -> Desk:
    """Return the reconciliation desk, the newest on top."""
    return Desk(
        open=list(whole().filter(status=S.OPEN)),
        resolved=list(whole().filter(status=S.RESOLVED)[:MOST_RESOLVED]),
        days=list(Reconciliation.objects.all()[:MOST_DAYS]),
    )
