"""Reads of alerts: an expert's own in words, and how many of their present jobs each lets pass."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from experts.models import Expert, Skill
from jobs.models import Alert, Job
from marketplace.kit.money import Money
from marketplace.kit.words import written

# An alert that says nothing of something lets all of it pass, as its entries say it.
PASSING = """
SELECT count(*) FROM jobs_alert AS alert
JOIN jobs_match AS found ON found.expert_id = alert.expert_id AND found.fits
JOIN jobs_job AS job ON job.id = found.job_id
WHERE alert.id = %s AND %s = job.status AND found.score >= alert.least_score
  AND jobs_alert_passes(
    nullif(alert.wanted, '{}'), nullif(plainto_tsquery('english', alert.words), ''::tsquery),
    nullif(alert.least_budget_minor, 0),
    ARRAY(SELECT skill_id FROM jobs_jobskill WHERE job_id = job.id),
    to_tsvector('english', job.title || E'\\n' || job.scope), coalesce(job.budget_max_minor, 0)
  )
"""


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
    """Count the open jobs found for this expert that the alert, as it is saved, would tell of."""
    with connection.cursor() as cursor:
        cursor.execute(PASSING, [alert.pk, Job.Status.OPEN])
        return int(cursor.fetchone()[0])
