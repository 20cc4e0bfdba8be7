"""Publishing, pausing and closing a job."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Organisation, User
from accounts.services import second_factors
from accounts.services.sanctions import refuse_restricted
from jobs import policies
from jobs.models import Job
from jobs.services import reviews
from marketplace.kit.errors import DomainError


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
    hold(job, by)
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
    hold(job, by)
    job.move("pause", by=by, at=at)
    return job


@transaction.atomic
def resume(job: Job, *, by: User, at: datetime) -> Job:
    """Take proposals again.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises IllegalMove: unless it is paused.
    """
    hold(job, by)
    refuse_restricted(by)
    job.move("resume", by=by, at=at)
    return job


@transaction.atomic
def close(job: Job, *, outcome: str, by: User, at: datetime) -> Job:
    """End the search; the outcome becomes the final answer to everyone who proposed.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it is open or paused.
    """
    hold(job, by)
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


def _end(job: Job, verb: str, *, outcome: str, by: User | None, at: datetime) -> Job:
    # The outcome is on the row before the move, because what follows from the move reads it.
    job.outcome, job.closed_at = outcome, at
    job.move(verb, by=by, at=at)
    job.save(update_fields=["outcome", "closed_at"])
    return job


def refuse_others(organisation: Organisation, by: User) -> None:
    """Refuse everybody but those who hire for the organisation.

    :raises PermissionDenied: to all others.
    """
    if not policies.may_post(people.membership(by, organisation)):
        raise PermissionDenied


def hold(job: Job, by: User) -> Job:
    """Return the row as it is now, locked against other changes.

    Who may is asked under the lock: a role that was taken away while this waited is gone.

    :raises PermissionDenied: unless `by` hires for the organisation.
    """
    held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    refuse_others(job.organisation, by)
    return held
