"""What our staff made of reports, sanctions and appeals, quarter by quarter, for everybody to read.

Nobody may recognise themselves, or be recognised, in a figure: counts of one to four are written
as "fewer than five". Quarters are those of UTC; each thing counts in the one in which it happened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Flag, FlagEvent, Sanction, SanctionEvent
from accounts.models.sanction import ANSWER_WITHIN
from accounts.rules import RULES

# From which count on a figure says nothing about one person.
FEWEST = 5
QUARTERS = 5
MONTHS = 3
# By when a report should have its answer; the same week that an appeal has.
FLAG_WITHIN = timedelta(days=7)
OF_FLAGS, OF_APPEALS = ("dismiss", "uphold"), ("uphold", "reverse")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what is counted, and how often in each quarter, in words."""

    name: str | Promise
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """Figures about one thing."""

    name: str | Promise
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Report:
    """The last quarters, the oldest first, and what happened in them."""

    quarters: Sequence[str]
    sections: Sequence[Section]


def report(today: date) -> Report:
    """Count, in six queries, this quarter so far and the four before it."""
    starts = _starts(today)
    since = datetime(starts[0].year, starts[0].month, 1, tzinfo=UTC)
    return Report(
        [_named(start) for start in starts],
        [
            Section(name, [Line(label, _cells(starts, rows)) for label, rows in lines])
            for name, lines in _sections(since)
        ],
    )


Counts = Mapping[date, int]
Lines = Iterator[tuple[str | Promise, Counts]]


def _sections(since: datetime) -> Iterator[tuple[str | Promise, list[tuple[Any, Counts]]]]:
    yield gettext_lazy("Reports by users"), list(_of_flags(since))
    yield gettext_lazy("What followed, by kind"), list(_of_levels(since))
    yield gettext_lazy("What followed, by rule"), list(_of_rules(since))
    yield gettext_lazy("Appeals"), list(_of_appeals(since))


def _of_flags(since: datetime) -> Lines:
    received = Flag.objects.exclude(status=Flag.Status.DRAFT).filter(created_at__gte=since)
    yield gettext_lazy("Received"), _count(received, "created_at", all=Q())["all"]
    answers = FlagEvent.objects.filter(verb__in=OF_FLAGS, at__gte=since)
    found = _count(
        answers,
        "at",
        in_time=Q(at__lte=F("row__created_at") + FLAG_WITHIN),
        late=Q(at__gt=F("row__created_at") + FLAG_WITHIN),
        upheld=Q(verb="uphold"),
        dismissed=Q(verb="dismiss"),
    )
    yield gettext_lazy("Answered within a week"), found["in_time"]
    yield gettext_lazy("Answered later"), found["late"]
    yield gettext_lazy("Upheld"), found["upheld"]
    yield gettext_lazy("Nothing to object to"), found["dismissed"]


def _of_levels(since: datetime) -> Lines:
    found = _count(
        _imposed(since), "starts_at", **{level: Q(level=level) for level in Sanction.Level.values}
    )
    for level in Sanction.Level:
        yield level.label, found[level.value]


def _of_rules(since: datetime) -> Lines:
    rules = {rule.code: Q(rule_code=rule.code) for rule in RULES}
    found = _count(_imposed(since), "starts_at", **rules)
    for rule in RULES:
        yield f"{rule.code}: {rule.title}", found[rule.code]


def _of_appeals(since: datetime) -> Lines:
    made = Sanction.objects.filter(appealed_at__gte=since)
    yield gettext_lazy("Made"), _count(made, "appealed_at", all=Q())["all"]
    appealed = SanctionEvent.objects.filter(row__appealed_at__lte=F("at"), at__gte=since)
    found = _count(
        appealed.filter(verb__in=OF_APPEALS),
        "at",
        in_time=Q(at__lte=F("row__appealed_at") + ANSWER_WITHIN),
        late=Q(at__gt=F("row__appealed_at") + ANSWER_WITHIN),
        upheld=Q(verb="uphold"),
        reversed=Q(verb="reverse"),
    )
    yield gettext_lazy("Answered within a week"), found["in_time"]
    yield gettext_lazy("Answered later"), found["late"]
    yield gettext_lazy("Sanction upheld"), found["upheld"]
    yield gettext_lazy("Sanction taken back"), found["reversed"]


def _imposed(since: datetime) -> QuerySet[Sanction]:
    return Sanction.objects.filter(starts_at__gte=since)


def _count(rows: QuerySet[Any, Any], moment: str, **parts: Q) -> Mapping[str, Counts]:
    """Count each part of the rows by the quarter of a moment, in one query."""
    quarters = rows.order_by().annotate(quarter=TruncQuarter(moment, tzinfo=UTC)).values("quarter")
    counted = {name: Count("pk", filter=part) for name, part in parts.items()}
    found = list(quarters.annotate(**{f"n_{name}": count for name, count in counted.items()}))
    return {name: {row["quarter"].date(): row[f"n_{name}"] for row in found} for name in parts}


def _cells(starts: Sequence[date], counts: Counts) -> list[str]:
    return [_masked(counts.get(start, 0)) for start in starts]


def _masked(count: int) -> str:
    return _("fewer than five") if 0 < count < FEWEST else str(count)


def _starts(today: date) -> list[date]:
    """Return the first days of the last quarters, the oldest first."""
    quarters = today.year * 4 + (today.month - 1) // MONTHS
    return [
        date(number // 4, number % 4 * MONTHS + 1, 1)
        for number in range(quarters - QUARTERS + 1, quarters + 1)
    ]


def _named(start: date) -> str:
    return _("Q%(number)s %(year)s") % {
        "number": (start.month - 1) // MONTHS + 1,
        "year": start.year,
    }
