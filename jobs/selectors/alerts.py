"""Reads of alerts: an expert's own in words, and how many of their present jobs each lets pass."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from experts.models import Expert, Skill
from jobs.models import Alert, Job, JobSkill, Match
from marketplace.kit.money import Money
from marketplace.kit.words import written


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert in a list: what it lets pass, in words."""

    alert: Alert
    name: str | Promise
    filters: list[str]


def alert_rows(expert: Expert) -> list[AlertRow]:
    """Return an expert's alerts in two queries, that of their profile first, written or not."""
    rows = list(expert.alerts.all())
    if not any(row.is_default for row in rows):
        rows.insert(0, Alert(expert=expert, is_default=True))
    wanted = {key for row in rows for key in row.wanted}
    names = {skill.pk: skill.name for skill in Skill.objects.filter(pk__in=wanted)}
    return [AlertRow(row, name_of(row), filters(row, names, expert.currency)) for row in rows]


def name_of(alert: Alert) -> str:
    """Name an alert; that of the profile has no name of its own."""
    return _("All jobs that fit your profile") if alert.is_default else alert.name


def filters(alert: Alert, names: Mapping[int, str], currency: str) -> list[str]:
    """Say what a job needs to pass, a few words each."""
    said = [names[key] for key in alert.wanted if key in names]
    if alert.words:
        said.append(_("with the words “%(words)s”") % {"words": alert.words})
    if alert.least_budget_minor:
        amount = written(Money(alert.least_budget_minor, currency), 0)
        said.append(_("a budget of %(amount)s or more") % {"amount": amount})
    if alert.least_score:
        said.append(_("a score of %(score)s or more") % {"score": alert.least_score})
    return said


def passing(alert: Alert) -> int:
    """Count the open jobs found for this expert that the alert would tell of."""
    rows = Match.objects.fitting().filter(
        expert=alert.expert,
        job__status=Job.Status.OPEN,
        job__budget_max_minor__gte=alert.least_budget_minor,
        score__gte=alert.least_score,
    )
    if alert.wanted:
        asks = JobSkill.objects.filter(job=OuterRef("job"), skill__in=alert.wanted)
        rows = rows.filter(Exists(asks))
    if alert.words:
        text = SearchVector("job__title", "job__scope", config="english")
        query = SearchQuery(alert.words, config="english")
        rows = rows.annotate(text=text).filter(text=query)
    return rows.count()
