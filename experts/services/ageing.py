"""Badges age: with time, and with the models their evidence was built on.

A badge ends after its skill's months, or some time after the last of its models is shut down,
whichever comes first (product rule D1). What a day asks of all badges is one query, the plan; a
change of the registry is previewed by making it, reading the plan, and taking it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import (
    Case,
    DateField,
    DurationField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Least

from experts.models import Badge, Expert, ModelRelease
from experts.services import credentials, news
from marketplace.kit.states import IllegalMove

# A badge is shown as ageing so long before its end; renewal is open from then on.
HORIZON = timedelta(days=90)
# The holder is nudged so many days before the end, nearest first.
NUDGES = (0, 30, 90)
# How long evidence on a model speaks for its holder after nobody can run it any more.
GRACE = timedelta(days=90)


@dataclass(slots=True)
class Plan:
    """What a day asks of the badges: new last days, and which begin to age, stop to, or lapse."""

    redated: list[Badge] = field(default_factory=list)
    ageing: list[Badge] = field(default_factory=list)
    fresh: list[Badge] = field(default_factory=list)
    lapsing: list[Badge] = field(default_factory=list)

    def beyond(self, other: "Plan") -> "Plan":
        """Return what this plan asks for and another does not."""
        return Plan(
            _without(self.redated, other.redated),
            _without(self.ageing, other.ageing),
            _without(self.fresh, other.fresh),
            _without(self.lapsing, other.lapsing),
        )


def plan(*, on: date) -> Plan:
    """Return what a day asks of the badges that count; one query, and only those it touches.

    Each badge carries `term`, its last day by the registry of today.
    """
    found = Plan()
    ages = Q(term__lte=on + HORIZON) | Q(is_retiring=True)
    lapses = Q(term__lt=on)
    changes = (
        lapses
        | (Q(status=Badge.Status.ACTIVE) & ages)
        | (Q(status=Badge.Status.AGING) & ~ages)
        | ~Q(valid_until=F("term"))
    )
    for badge in with_term().filter(changes).select_related("expert__user", "skill", "application"):
        _sort_into(found, badge, on)
    return found


def with_term() -> QuerySet[Badge]:
    """Return the badges that count, each with `term`, its last day, and `is_retiring`.

    A badge whose evidence needs no model, or one that has no end, keeps its full term.
    """
    models = ModelRelease.objects.filter(applications=OuterRef("application")).order_by()
    last = models.values("applications").annotate(last=Max("shutdown_on")).values("last")
    grace = Value(GRACE, output_field=DurationField())
    return Badge.objects.valid().annotate(
        models_end=Case(
            When(Exists(models.filter(shutdown_on=None)), then=None),
            default=Cast(Subquery(last) + grace, DateField()),
            output_field=DateField(),
        ),
        # PostgreSQL's LEAST leaves out what is null.
        term=Least("full_term_until", "models_end"),
        is_retiring=Exists(models) & ~Exists(models.filter(pk__in=_staying())),
    )


def age_due(*, at: datetime) -> int:
    """Carry out the plan of the day; return how many badges changed.

    Each badge changes in its own transaction, so one that fails does not hold up the others, and
    running this late or twice changes nothing but the delay.
    """
    today = plan(on=at.date())
    for badge in today.redated:
        _redate(badge, at)
    moves = (("lapse", today.lapsing), ("age", today.ageing), ("refresh", today.fresh))
    return sum(_moved(badge, verb, at) for verb, badges in moves for badge in badges)


def nudge_due(*, at: datetime) -> None:
    """Remind holders 90 days, 30 days and on the last day of their badge; each is sent once."""
    today = at.date()
    ending = Badge.objects.valid().filter(
        valid_until__gte=today, valid_until__lte=today + timedelta(days=max(NUDGES))
    )
    for badge in ending.select_related("expert__user", "skill", "application"):
        left = (badge.valid_until - today).days
        news.badge_ends(badge, min(days for days in NUDGES if left <= days), at=at)


def _staying() -> QuerySet[ModelRelease]:
    return ModelRelease.objects.exclude(pk__in=ModelRelease.objects.retiring())


def _sort_into(found: Plan, badge: Badge, on: date) -> None:
    term: date = badge.term  # type: ignore[attr-defined]  # annotated by with_term()
    is_retiring: bool = badge.is_retiring  # type: ignore[attr-defined]
    if term != badge.valid_until:
        found.redated.append(badge)
    if term < on:
        found.lapsing.append(badge)
    elif term <= on + HORIZON or is_retiring:
        if badge.status == Badge.Status.ACTIVE:
            found.ageing.append(badge)
    elif badge.status == Badge.Status.AGING:
        found.fresh.append(badge)


@transaction.atomic
def _redate(badge: Badge, at: datetime) -> None:
    """Move the last day; of two workers, the one who finds the day as it was tells the holder."""
    before, after = badge.valid_until, badge.term  # type: ignore[attr-defined]
    if Badge.objects.filter(pk=badge.pk, valid_until=before).update(valid_until=after):
        badge.valid_until = after
        credentials.keep_up(badge, at=at)
        news.badge_redated(badge, before, at=at)


def _moved(badge: Badge, verb: str, at: datetime) -> bool:
    try:
        with transaction.atomic():
            # Before the badge's own row, as everywhere: the search document waits for it too.
            Expert.objects.select_for_update(no_key=True).get(pk=badge.expert_id)
            badge.move(verb, by=None, at=at)
    except IllegalMove:  # another worker was faster
        return False
    return True


def _without(badges: Sequence[Badge], others: Sequence[Badge]) -> list[Badge]:
    known = set(others)
    return [badge for badge in badges if badge not in known]
