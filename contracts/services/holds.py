"""Money is not held for ever: both sides are warned, and on the last day what is known decides.

Payment rules allow money to be held for 90 days in most countries; we stop earlier.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from contracts.models import Milestone, Refund, Release
from contracts.models.milestone import UNDER_WAY
from contracts.services import contracts, hold_notices, milestones

S = Milestone.Status
# On which day after funding both sides are warned; the limit itself is a setting.
WARNINGS = (60, 75)


def warn_due(*, at: datetime) -> None:
    """Warn both sides of money that has been held for long; each warning is sent once."""
    rows = Milestone.objects.filter(
        status__in=UNDER_WAY,
        funded_at__lte=at - timedelta(days=min(WARNINGS)),
        funded_at__gt=at - _limit(),
    )
    for milestone in rows.select_related("contract__organisation", "contract__expert__user"):
        assert milestone.funded_at  # noqa: S101 (filtered above)
        gone = (at - milestone.funded_at).days
        hold_notices.limit_is_near(milestone, max(day for day in WARNINGS if day <= gone), at)


def overdue(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of milestones whose money has been held to the limit, the oldest first."""
    rows = Milestone.objects.filter(
        status__in=(*UNDER_WAY, S.DISPUTED), funded_at__lte=at - _limit()
    )
    return list(rows.order_by("funded_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def decide(milestone: Milestone, *, at: datetime) -> Release | Refund | None:
    """Let time decide: work that was handed in is paid, money for anything else goes back.

    Where a person already decides, in a dispute or on a frozen contract, our staff are told.
    """
    contract = contracts.hold(milestone.contract)
    milestone = Milestone.objects.select_related(
        "contract__organisation", "contract__expert__user"
    ).get(pk=milestone.pk)
    is_due = milestone.hold_until is not None and milestone.hold_until <= at
    if not is_due or milestone.status not in {*UNDER_WAY, S.DISPUTED}:
        return None
    if milestone.status == S.DISPUTED or contract.is_frozen:
        hold_notices.limit_needs_a_person(milestone, at)
        return None
    if milestone.status == S.SUBMITTED:
        return milestones.release_rest(
            milestone, "pay_out_rest", Release.Kind.HOLD_LIMIT, by=None, at=at
        )
    return milestones.return_rest(milestone, Refund.Kind.HOLD_LIMIT, by=None, at=at)


def _limit() -> timedelta:
    return timedelta(days=settings.HOLD_LIMIT_DAYS)
