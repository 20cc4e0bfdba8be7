"""How long a client takes to hire: medians over twelve months, by the month of the hire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import TruncMonth

from accounts.models import Organisation
from contracts.selectors import books
from jobs.models import Job, Proposal
from jobs.selectors.clients import Median
from marketplace.kit.words import month_text


@dataclass(frozen=True, slots=True)
class Hires:
    """The hires of one month: how many, and the median wait in whole days."""

    name: str
    count: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Hiring:
    """The medians of all hires of twelve months, and each month, oldest first.

    `to_first` is from publishing a job to its first proposal, `to_hire` to the accepted offer.
    """

    count: int
    to_first: timedelta | None
    to_hire: timedelta | None
    months: Sequence[Hires]

    @property
    def most_days(self) -> int:
        """The end of the scale."""
        return max((month.days or 0 for month in self.months), default=0) or 1

    @property
    def shares(self) -> list[tuple[str, int | None]]:
        """The months as bars, in per cent of the longest."""
        return [
            (month.name, None if month.days is None else round(100 * month.days / self.most_days))
            for month in self.months
        ]


def hiring(organisation: Organisation, today: date) -> Hiring:
    """Return how long this organisation's filled jobs took, in two statements."""
    months = books.last_twelve(today)
    rows = _filled(organisation, months[0])
    found = rows.aggregate(
        count=Count("pk"), to_first=_median("first_wait"), to_hire=_median("wait")
    )
    by_month = rows.annotate(month=TruncMonth("closed_at")).order_by().values("month")
    counted = {
        row["month"].date(): (row["count"], row["days"].days)
        for row in by_month.annotate(count=Count("pk"), days=_median("wait"))
    }
    named = [Hires(month_text(month), *counted.get(month, (0, None))) for month in months]
    return Hiring(**found, months=named)


def _filled(organisation: Organisation, since: date) -> QuerySet[Any]:
    proposals = Proposal.objects.received().filter(job=OuterRef("pk")).order_by("submitted_at")
    rows = Job.objects.filter(
        organisation=organisation,
        status=Job.Status.FILLED,
        published_at__isnull=False,
        closed_at__date__gte=since,
    )
    first = Subquery(proposals.values("submitted_at")[:1])
    return rows.annotate(
        wait=ExpressionWrapper(F("closed_at") - F("published_at"), DurationField()),
        first_wait=ExpressionWrapper(first - F("published_at"), DurationField()),
    )


def _median(name: str) -> Median:
    return Median(F(name), output_field=DurationField())
