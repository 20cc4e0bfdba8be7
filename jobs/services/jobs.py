"""Posting, changing and closing a job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Organisation, User
from accounts.services import second_factors
from accounts.services.sanctions import refuse_restricted
from experts.models import Skill
from jobs import policies
from jobs.models import (
    CheckAnswer,
    Job,
    JobCheck,
    JobSkill,
    PlannedMilestone,
    UseCase,
    UseCaseSkill,
)
from jobs.services import reviews
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
    _may_post(organisation, by)
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
    job = _held(job, by)
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


class JobIsIncomplete(DomainError):
    """Something is missing; `step` names the page on which it is filled in."""

    step: str


class ScopeIsMissing(JobIsIncomplete):
    """The work itself is not said yet."""

    step = "scope"
    code = "scope_is_missing"
    sentence = _("Say what the work is, with one acceptance check and one must-have skill.")


class BudgetIsMissing(JobIsIncomplete):
    """Nobody can answer with a price before the client names a range."""

    step = "budget"
    code = "budget_is_missing"
    sentence = _("Say what you mean to spend, from and to.")


class TypedIsIncomplete(JobIsIncomplete):
    """Something was typed on a page of the draft that cannot be taken as it stands."""

    code = "typed_is_incomplete"
    sentence = _("Something you typed here cannot be taken yet. It is marked below.")

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


@transaction.atomic
def publish(job: Job, *, by: User, at: datetime) -> Job:
    """Show the job to experts, or to our staff first where something speaks for a look.

    Once it is open, the experts it fits are found and told after commit.

    :raises PostedAlready: when the organisation has an open job that says the same.
    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises SecondFactorFirst: when a password alone opens their account.
    :raises JobIsIncomplete: when something is missing.
    :raises IllegalMove: unless it is a draft.
    """
    _held(job, by)
    refuse_restricted(by)
    second_factors.demand(by)
    job.sketch = reviews.sketch(job)
    held = reviews.risks(job) if job.may("publish") else []
    job.move("review" if held else "publish", by=by, at=at, reason=" ".join(held))
    refuse_incomplete(job)
    job.published_at = None if held else at
    job.save(update_fields=["published_at", "sketch"])
    return job


@transaction.atomic
def pause(job: Job, *, by: User, at: datetime) -> Job:
    """Take no more proposals for a while; those that came stay.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it is open.
    """
    _held(job, by)
    job.move("pause", by=by, at=at)
    return job


@transaction.atomic
def resume(job: Job, *, by: User, at: datetime) -> Job:
    """Take proposals again.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises IllegalMove: unless it is paused.
    """
    _held(job, by)
    refuse_restricted(by)
    job.move("resume", by=by, at=at)
    return job


@transaction.atomic
def close(job: Job, *, outcome: str, by: User, at: datetime) -> Job:
    """End the search; the outcome becomes the final answer to everyone who proposed.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it is open or paused.
    """
    _held(job, by)
    return _end(job, "close", outcome=outcome, by=by, at=at)


@transaction.atomic
def fill(job: Job, *, by: User, at: datetime) -> Job:
    """End the search because an offer was accepted by `by`; the offer's service asked if they may.

    :raises IllegalMove: unless it is open or paused.
    """
    return _end(job, "fill", outcome=Job.Outcome.HIRED_HERE, by=by, at=at)


@transaction.atomic
def take_down(public_id: str, *, at: datetime) -> None:
    """Remove a job our staff objected to; everyone who proposed is told. What is over stays."""
    job = Job.objects.select_for_update(no_key=True).filter(public_id=public_id).first()
    if job and job.may("remove"):
        _end(job, "remove", outcome=Job.Outcome.REMOVED, by=None, at=at)


def refuse_incomplete(job: Job) -> None:
    """Refuse a job that experts could not answer.

    :raises JobIsIncomplete: naming the first page with something missing.
    """
    has_skills = job.skills.filter(is_must=True).exists()
    if not (job.title and job.scope and has_skills and job.checks.exists()):
        raise ScopeIsMissing
    if job.budget is None:
        raise BudgetIsMissing
    for step in job.typed:
        raise TypedIsIncomplete(step)


def checks_are_settled(job: Job) -> bool:
    """Whether somebody has answered the checks, so that they stay as they are."""
    return job.proposals.received().exists()


def _end(job: Job, verb: str, *, outcome: str, by: User | None, at: datetime) -> Job:
    # The outcome is on the row before the move, because what follows from the move reads it.
    job.outcome, job.closed_at = outcome, at
    job.move(verb, by=by, at=at)
    job.save(update_fields=["outcome", "closed_at"])
    return job


def _may_post(organisation: Organisation, by: User) -> None:
    if not policies.may_post(people.membership(by, organisation)):
        raise PermissionDenied


def _held(job: Job, by: User) -> Job:
    """Return the row as it is now, locked against other changes.

    Who may is asked under the lock: a role that was taken away while this waited is gone.
    """
    held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    _may_post(job.organisation, by)
    return held


def _editable(job: Job, by: User) -> Job:
    job = _held(job, by)
    if job.status == Job.Status.IN_REVIEW:
        raise JobIsInReview
    if not job.is_editable:
        raise JobHasClosed
    return job


def _save_changes(job: Job, at: datetime) -> Job:
    """Write the row; a published one stays complete, and whom it fits is worked out again."""
    if job.status != Job.Status.DRAFT:
        refuse_incomplete(job)
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
