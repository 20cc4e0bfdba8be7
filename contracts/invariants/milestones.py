"""A milestone's status, its payment and the time it may be held."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from contracts.invariants.asking import asked
from contracts.invariants.sums import balances_of
from contracts.models import Freeze, Milestone, Payment
from contracts.models.ledger import Pot
from contracts.models.milestone import FINAL, UNDER_WAY

PAID_FOR = (*UNDER_WAY, *(status for status in FINAL if status != "cancelled"), "disputed")


def milestones_not_paid_once() -> Iterator[str]:
    """A milestone that was funded has exactly one held payment, any other has none."""
    for name, status, paid in _paid():
        expected = 1 if status in PAID_FOR else 0
        if paid != expected:
            yield f"{name} is {status} and has {paid} held payments"


def milestones_over_with_money() -> Iterator[str]:
    """A milestone that is over has nothing left in its pots; one under way has something."""
    left = balances_of(Pot.ESCROW)
    for name, status, currency in _over():
        code = f"{Pot.ESCROW.value}:{name}:{currency}"
        if left[code] != 0:
            yield f"{name} is {status} and holds {-left[code]}"


def holds_past_their_limit() -> Iterator[str]:
    """Nothing is under way past its hold limit, unless a person decides about it anyway.

    The sweep comes every five minutes; a day later it has not come.
    """
    limit = Now() - timedelta(days=settings.HOLD_LIMIT_DAYS + 1)
    late = Milestone.objects.filter(status__in=UNDER_WAY, funded_at__lt=limit)
    for row in late.exclude(contract__freezes__in=Freeze.objects.filter(lifted_at=None)):
        yield f"{row.public_id} has been held since {row.funded_at}"


@asked
def _paid() -> QuerySet[Any, Any]:
    paid = Count("payments", filter=Q(payments__status=Payment.Status.HELD))
    return Milestone.objects.annotate(paid=paid).values_list("public_id", "status", "paid")


@asked
def _over() -> QuerySet[Any, Any]:
    over = Milestone.objects.filter(status__in=FINAL)
    return over.values_list("public_id", "status", "contract__currency")
