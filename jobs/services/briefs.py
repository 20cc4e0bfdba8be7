"""What a job says: its work, its checks, the skills it takes and its terms, from the draft on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.services.sanctions import refuse_restricted
from experts.models import Skill
from jobs.models import (
    CheckAnswer,
    Job,
    JobCheck,
    JobSkill,
    PlannedMilestone,
    UseCase,
    UseCaseSkill,
)
from jobs.services import jobs, reviews
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money


@dataclass(frozen=True, slots=True)
class Check:
    """An acceptance check as the client writes it."""

    metric: str
    comparator: str
    target: str
    unit: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A skill at the least level that will do."""

    skill: Skill
    level: int


@dataclass(frozen=True, slots=True)
class Brief:
    """What the work is, how it is judged and which skills it takes."""

    title: str
    scope: str
    today: str
    sensitivity: str
    screening_question: str
    checks: list[Check]
    must_have: list[Wish]
    nice_to_have: list[Wish]


def brief_of(job: Job) -> Brief:
    """Return what a job says."""
    return Brief(
        title=job.title,
        scope=job.scope,
        today=job.today,
        sensitivity=job.sensitivity,
        screening_question=job.screening_question,
        checks=checks_of(job),
        **_wishes(job.skills.select_related("skill")),
    )


def terms_of(job: Job) -> dict[str, Any]:
    """Return the terms of a job by the names `set_terms` knows."""
    least, most = job.budget or (None, None)
    names = ("max_rate", "weeks", "shared_hours", "time_zone", "languages", "visibility")
    return {"budget_min": least, "budget_max": most} | {name: getattr(job, name) for name in names}


# The rest of a row is a sign, which no language changes.
WORDS_OF_A_CHECK = ("metric", "target", "unit", "how")


def suggested(use_case: UseCase) -> Brief:
    """Return what a template fills in, in the language of whoever reads; then it is their text."""
    return Brief(
        title=translation.gettext(use_case.title_template),
        scope=translation.gettext(use_case.scope_template),
        today="",
        sensitivity=use_case.sensitivity,
        screening_question=translation.gettext(use_case.screening_question),
        checks=[
            Check(**row | {name: translation.gettext(row[name]) for name in WORDS_OF_A_CHECK})
            for row in use_case.checks
        ],
        **_wishes(use_case.skills.select_related("skill")),
    )


@transaction.atomic
def start(organisation: Organisation, *, use_case: UseCase, by: User, at: datetime) -> Job:
    """Open a draft, filled in from a template.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    """
    jobs.refuse_others(organisation, by)
    refuse_restricted(by)
    job = Job(
        organisation=organisation,
        posted_by=by,
        use_case=use_case,
        currency=settings.CURRENCY,
        time_zone=by.time_zone,
        languages=[spoken(by)],
        created_at=at,
    )
    return _fill_in(job, use_case)


class JobIsPublished(DomainError):
    """The template fills a draft; a published job has words of its own."""

    code = "job_is_published"
    sentence = _("This job has been published. Edit its text instead of its use case.")


@transaction.atomic
def change_use_case(job: Job, *, use_case: UseCase, by: User) -> Job:
    """Fill a draft in anew from another template; the same template changes nothing.

    :raises JobIsPublished: unless it is a draft.
    :raises PermissionDenied: unless `by` hires for the organisation.
    """
    job = jobs.hold(job, by)
    if job.status != Job.Status.DRAFT:
        raise JobIsPublished
    return job if job.use_case_id == use_case.pk else _fill_in(job, use_case)


class JobIsInReview(DomainError):
    """Our staff look at it; what they look at stays as it is."""

    code = "job_is_in_review"
    sentence = _("Our staff are looking at this job. You can change it once they have answered.")


class JobHasClosed(DomainError):
    """It can no longer change, and nobody can propose to it."""

    code = "job_has_closed"
    sentence = _("This job is closed. What it says can no longer change.")


class ChecksAreSettled(DomainError):
    """Experts have answered the checks; changing them would change what they answered."""

    code = "checks_are_settled"
    sentence = _("The acceptance checks cannot change any more: experts have answered them.")


@transaction.atomic
def describe(
    job: Job,
    *,
    title: str,
    scope: str,
    today: str,
    sensitivity: str,
    screening_question: str,
    checks: Sequence[Check],
    must_have: Sequence[Wish],
    nice_to_have: Sequence[Wish],
    by: User,
    at: datetime,
) -> Job:
    """Say what the work is, how it is judged and which skills it takes.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises JobHasClosed: when it is filled, closed or removed.
    :raises ChecksAreSettled: when the checks differ and somebody has answered them.
    :raises JobIsIncomplete: when it is published and something would be missing.
    """
    job = _editable(job, by)
    job.title, job.scope, job.today = title, scope, today
    job.sensitivity, job.screening_question = sensitivity, screening_question
    job.typed.pop("scope", None)
    _set_checks(job, checks)
    _set_skills(job, must_have, nice_to_have)
    return _save_changes(job, at)


@transaction.atomic
def set_terms(
    job: Job,
    *,
    budget_min: Money | None,
    budget_max: Money | None,
    max_rate: Money | None,
    weeks: int,
    shared_hours: int,
    time_zone: str,
    languages: Sequence[str],
    visibility: str,
    by: User,
    at: datetime,
) -> Job:
    """Say what it may cost, how long it may take and who sees it.

    :param time_zone: IANA name; the experts' working day is held against it.
    :param languages: ISO 639 codes, at least one; the work can be done in any of them.
    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises JobHasClosed: when it is filled, closed or removed.
    :raises JobIsIncomplete: when it is published and something would be missing.
    """
    job = _editable(job, by)
    job.budget_min_minor = budget_min.minor if budget_min else None
    job.budget_max_minor = budget_max.minor if budget_max else None
    job.max_rate_minor = max_rate.minor if max_rate else None
    job.weeks, job.shared_hours, job.time_zone = weeks, shared_hours, time_zone
    job.languages, job.visibility = list(languages), visibility
    job.typed.pop("budget", None)
    return _save_changes(job, at)


def spoken(by: User) -> str:
    """Return the ISO 639 code of the language somebody reads here, until they say another."""
    return by.language.partition("-")[0]


def checks_are_settled(job: Job) -> bool:
    """Whether somebody has answered the checks, so that they stay as they are."""
    return job.proposals.received().exists()


def _editable(job: Job, by: User) -> Job:
    job = jobs.hold(job, by)
    if job.status == Job.Status.IN_REVIEW:
        raise JobIsInReview
    if not job.is_editable:
        raise JobHasClosed
    return job


def _save_changes(job: Job, at: datetime) -> Job:
    """Write the row; a published one stays complete, and whom it fits is worked out again."""
    if job.status != Job.Status.DRAFT:
        jobs.refuse_incomplete(job)
        reviews.refuse_new_lures(job)
        job.sketch = reviews.sketch(job)
        job.matched_at = None
        job.acted_at = at
    job.save()
    return job


def _fill_in(job: Job, use_case: UseCase) -> Job:
    first = suggested(use_case)
    job.use_case, job.weeks = use_case, use_case.weeks_max
    job.title, job.scope = first.title, first.scope
    job.sensitivity, job.screening_question = first.sensitivity, first.screening_question
    job.typed = {}
    job.save()
    _set_checks(job, first.checks)
    _set_skills(job, first.must_have, first.nice_to_have)
    job.plan.all().delete()
    PlannedMilestone.objects.bulk_create(
        PlannedMilestone(
            job=job,
            position=position,
            title=translation.gettext(row["title"]),
            share_percent=row["share_percent"],
        )
        for position, row in enumerate(use_case.milestones, start=1)
    )
    return job


def _set_checks(job: Job, checks: Sequence[Check]) -> None:
    """Replace the checks, unless they are the same: drafts of proposals keep their answers then."""
    if list(checks) == checks_of(job):
        return
    if checks_are_settled(job):
        raise ChecksAreSettled
    CheckAnswer.objects.filter(job_check__job=job).delete()
    job.checks.all().delete()
    JobCheck.objects.bulk_create(
        JobCheck(
            job=job,
            position=position,
            metric=check.metric,
            comparator=check.comparator,
            target=check.target,
            unit=check.unit,
            how=check.how,
        )
        for position, check in enumerate(checks, start=1)
    )


def checks_of(job: Job) -> list[Check]:
    """Return the checks in the form in which they are written."""
    return [
        Check(row.metric, row.comparator, row.target, row.unit, row.how) for row in job.checks.all()
    ]


def _wishes(rows: Iterable[JobSkill | UseCaseSkill]) -> dict[str, list[Wish]]:
    found: dict[str, list[Wish]] = {"must_have": [], "nice_to_have": []}
    for row in rows:
        found["must_have" if row.is_must else "nice_to_have"].append(Wish(row.skill, row.level))
    return found


def _set_skills(job: Job, must_have: Sequence[Wish], nice_to_have: Sequence[Wish]) -> None:
    """Replace the skills; one that is asked for twice counts as a must-have."""
    rows = {
        wish.skill.pk: JobSkill(job=job, skill=wish.skill, level=wish.level, is_must=is_must)
        for wishes, is_must in ((nice_to_have, False), (must_have, True))
        for wish in wishes
    }
    job.skills.all().delete()
    JobSkill.objects.bulk_create(rows.values())
