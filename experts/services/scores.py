"""Tells experts once a week what changed in their score (product rule D11)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from experts import score_changes, selectors
from experts.models import Expert, ToldScore, WorkRecord
from experts.score_changes import Part, Told
from experts.services import news

# Weeks begin on Monday at seven (UTC), so that the mail is there when work begins.
BEGINS = timedelta(hours=7)


def tell_due(*, at: datetime) -> int:
    """Sweep: compare every score not compared this week; return how many experts were told."""
    keys = list(due(at).values_list("pk", flat=True))
    return sum(tell(key, at=at) for key in keys)


def due(at: datetime) -> QuerySet[Expert]:
    """Return the experts with finished work who have not been looked at this week."""
    finished = WorkRecord.objects.filter(expert=OuterRef("pk"))
    rows = Expert.objects.filter(Exists(finished), user__is_active=True)
    return rows.exclude(told_score__week__gte=week_of(at)).order_by("pk")


@transaction.atomic
def tell(expert_pk: int, *, at: datetime) -> bool:
    """Tell one expert what changed since they last heard, if anything did and it is time.

    Doing it again within the week does nothing.
    """
    expert = Expert.objects.select_for_update(no_key=True).get(pk=expert_pk)
    week = week_of(at)
    row = ToldScore.objects.filter(expert=expert).first() or ToldScore(expert=expert)
    if row.pk and row.week >= week:
        return False
    row.week = week
    history = list(selectors.history_of(expert))
    before, now = _told(row), selectors.reputation_from(history, on=at.date())
    is_news = score_changes.is_news(before, now)
    if is_news:
        titles = {record.source: record.title for record in history}
        news.score_changed(expert, before, now, titles, week=week, at=at)
        row.told_on, row.score = at.date(), now.score
        row.contracts = {
            source: [part.rating, part.weight, part.effect]
            for source, part in score_changes.parts_of(now).items()
        }
    row.save()
    return is_news


def week_of(at: datetime) -> date:
    """Return the Monday with which the week of a moment began."""
    day = (at - BEGINS).date()
    return day - timedelta(days=day.weekday())


def _told(row: ToldScore) -> Told | None:
    if row.told_on is None or row.score is None:
        return None
    parts = {source: Part(*numbers) for source, numbers in row.contracts.items()}
    return Told(row.told_on, row.score, parts)
