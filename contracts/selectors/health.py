"""How the marketplace does, in five shares over twelve months: what our staff steer by.

Each share says what it is a share of. Months are those of UTC, by the day on which the thing ended.
A month that is over stays as it was, but for disputes: one that is opened later counts in the month
in which its payment came, for it is that payment which was disputed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models import Dispute, Payment
from contracts.selectors import books
from experts.models import Application, Review
from jobs.models import Job, Proposal
from marketplace.kit.words import month_text


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a share."""

    name: str
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, or nothing in a month without any."""
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Share:
    """A figure with its definition and its last twelve months, oldest first."""

    name: str | Promise
    definition: str | Promise
    months: Sequence[Month]

    @property
    def year(self) -> Month:
        """All twelve months together."""
        return Month("", sum(m.part for m in self.months), sum(m.whole for m in self.months))


def shares(today: date) -> list[Share]:
    """Count all five, in a query each."""
    return [
        Share(name, definition, _months(today, rows, ended, part))
        for name, definition, rows, ended, part in _questions()
    ]


Question = tuple[str | Promise, str | Promise, QuerySet[Any], str, Q]


def _questions() -> list[Question]:
    return [
        (
            _("Fill rate"),
            _("Jobs that ended with a hire, of all published jobs that ended."),
            Job.objects.filter(status__in=(Job.Status.FILLED, Job.Status.CLOSED)),
            "closed_at",
            Q(Exists(Proposal.objects.filter(job=OuterRef("pk"), status=Proposal.Status.HIRED))),
        ),
        (
            _("Ghost rate"),
            _("Proposals nobody opened before the job ended, of all that were sent to it."),
            Proposal.objects.received().exclude(status=Proposal.Status.WITHDRAWN),
            "job__closed_at",
            # Whoever opens one afterwards changes nothing for who waited.
            Q(viewed_at=None) | Q(viewed_at__gt=F("job__closed_at")),
        ),
        (
            _("Dispute rate"),
            _(
                "Payments whose milestone came into dispute by now, of all payments that arrived: "
                "a later dispute still counts in the month of its payment."
            ),
            Payment.objects.all(),
            "held_at",
            Q(Exists(Dispute.objects.filter(milestone=OuterRef("milestone")))),
        ),
        (
            _("Badge pass rate"),
            _("Applications that were granted, of all that were decided."),
            Application.objects.filter(
                status__in=(Application.Status.GRANTED, Application.Status.REJECTED)
            ),
            "decided_at",
            Q(status=Application.Status.GRANTED),
        ),
        (
            _("Reviewer agreement"),
            _("Submissions on which both reviewers said the same, of all that two had judged."),
            _second_judgements(),
            "given_at",
            Q(verdict=F("first_verdict")),
        ),
    ]


def _second_judgements() -> QuerySet[Any]:
    """Return judgements of the second seat beside what the first seat had said."""
    first = Review.objects.filter(
        application=OuterRef("application"),
        round=OuterRef("round"),
        seat=Review.Seat.FIRST,
        status=Review.Status.GIVEN,
    )
    second = Review.objects.filter(seat=Review.Seat.SECOND, status=Review.Status.GIVEN)
    beside = second.annotate(first_verdict=Subquery(first.values("verdict")[:1]))
    return beside.filter(first_verdict__isnull=False)


def _months(today: date, rows: QuerySet[Any], ended: str, part: Q) -> list[Month]:
    """Count the rows by the month in which they ended, and those of them that are part of it."""
    first, *_rest = months = books.last_twelve(today)
    counted = (
        rows.filter(**{f"{ended}__date__gte": first})
        .annotate(month=TruncMonth(ended), is_part=part)
        .order_by()
        .values("month")
        .annotate(whole=Count("pk"), part=Count("pk", filter=Q(is_part=True)))
    )
    found = {row["month"].date(): (row["part"], row["whole"]) for row in counted}
    return [Month(month_text(month), *found.get(month, (0, 0))) for month in months]
