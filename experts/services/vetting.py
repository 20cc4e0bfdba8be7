"""The road from an application to a decision: apply, submit, claim, judge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts import casework, policies, selectors
from experts.models import (
    Application,
    Badge,
    Criterion,
    Expert,
    ModelRelease,
    Review,
    Score,
    Skill,
)
from experts.models.vetting import EDITABLE_APPLICATIONS, OPEN_APPLICATIONS
from experts.services import badges
from marketplace.kit.errors import DomainError

# What we promise: a decision within five business days of the submission.
BUSINESS_DAYS = 5
FRIDAY = 4
REAPPLY_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Mark:
    """A score of 0 to 5 for one criterion, and what the reviewer found."""

    criterion: Criterion
    points: int
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer concludes; `message` and `would_change` are read by the applicant."""

    marks: Sequence[Mark]
    message: str
    would_change: str = ""
    note: str = ""


class NotVetted(DomainError):
    """Only skills with a rubric have badges."""

    code = "not_vetted"
    sentence = _("We do not vet this skill. You can list it on your profile.")


class AlreadyApplied(DomainError):
    """One open application for each skill."""

    code = "already_applied"
    sentence = _("You already have an open application for this skill.")


class TooSoonToReapply(DomainError):
    """After a rejection there is a time to work on what was missing."""

    code = "too_soon_to_reapply"


class ApplicationIsIncomplete(DomainError):
    """A reviewer could not judge it yet."""

    code = "application_is_incomplete"


class ApplicationIsClosed(DomainError):
    """It is with a reviewer, or decided."""

    code = "application_is_closed"
    sentence = _("The claim cannot be changed while it waits for a decision.")


class QueueIsEmpty(DomainError):
    """Nothing waits for this reviewer."""

    code = "queue_is_empty"
    sentence = _("No application is waiting for you to take it.")


class CriterionWithoutScore(DomainError):
    """A decision stands on every criterion."""

    code = "criterion_without_score"
    sentence = _("Score every criterion before you grant or reject.")


class BelowTheRule(DomainError):
    """The published rule decides, not the reviewer's goodwill."""

    code = "below_the_rule"
    sentence = _("These scores are below the rule for this level, so it cannot be granted.")


class LevelNotAppliedFor(DomainError):
    """A higher level needs its own claim and evidence."""

    code = "level_not_applied_for"
    sentence = _("You can grant the level applied for, or a lower one.")


class ReasonMissing(DomainError):
    """Nobody is turned away without a reason."""

    code = "reason_missing"
    sentence = _("Tell the applicant why, and what would change your decision.")


@transaction.atomic
def apply(expert: Expert, *, skill: Skill, level: int, by: User, at: datetime) -> Application:
    """Start an application for a badge, to be judged by the rubric of today.

    :raises PermissionDenied: unless the profile is theirs.
    :raises NotVetted: when the skill has no badges.
    :raises AlreadyApplied: while another application for this skill is open.
    :raises AlreadyProven: when a valid badge says as much.
    :raises TooSoonToReapply: within 30 days of a rejection.
    """
    if not policies.may_edit_profile(by, expert):
        raise PermissionDenied
    Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    _refuse_what_cannot_be_applied_for(expert, skill, level, at)
    return Application.objects.create(
        expert=expert,
        skill=skill,
        level=level,
        rubric=skill.rubrics.latest("version"),
        created_at=at,
    )


@transaction.atomic
def describe(
    application: Application, *, claim: str, built_on: Iterable[ModelRelease] = (), by: User
) -> Application:
    """Write down what the applicant did, what was measured, and on which models it runs.

    :raises PermissionDenied: unless the application is theirs.
    :raises ApplicationIsClosed: while it waits for a decision, and after it.
    """
    _refuse_unless_own(application, by)
    editable = Application.objects.filter(pk=application.pk, status__in=EDITABLE_APPLICATIONS)
    if not editable.update(claim=claim):
        raise ApplicationIsClosed
    application.claim = claim
    application.built_on.set(built_on)
    return application


@transaction.atomic
def submit(application: Application, *, by: User, at: datetime) -> Application:
    """Hand the application to the reviewers; their clock starts.

    :raises PermissionDenied: unless the application is theirs.
    :raises ApplicationIsIncomplete: when claim or evidence is missing, with what.
    :raises IllegalMove: unless it is a draft or changes were asked.
    """
    _refuse_unless_own(application, by)
    # Evidence is changed under the same lock, so what is counted here is what is submitted.
    Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    for missing in selectors.missing_from(application):
        raise ApplicationIsIncomplete(missing)
    application.move("submit", by=by, at=at)
    application.reviewer = None
    application.submitted_at, application.due_at = at, business_days_after(at, BUSINESS_DAYS)
    application.save(update_fields=["reviewer", "submitted_at", "due_at"])
    return application


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> Application:
    """Take an application back; nothing is held against the applicant.

    :raises PermissionDenied: unless the application is theirs.
    :raises IllegalMove: once a reviewer has it, or it is decided.
    """
    _refuse_unless_own(application, by)
    application.move("withdraw", by=by, at=at)
    return application


@transaction.atomic
def claim(application: Application, *, by: User, at: datetime) -> Application:
    """Take a case; of two reviewers who try, one gets it.

    :raises PermissionDenied: unless `by` is a reviewer and not the applicant.
    :raises IllegalMove: unless it waits in the queue.
    """
    if not policies.may_judge(by, application):
        raise PermissionDenied
    application.move("claim", by=by, at=at)
    application.reviewer = by
    application.save(update_fields=["reviewer"])
    return application


@transaction.atomic
def take_next(*, by: User, at: datetime) -> Application:
    """Take the case that is due first among those nobody has.

    :raises PermissionDenied: unless `by` is a reviewer.
    :raises QueueIsEmpty: when nothing waits.
    """
    if not by.has_duty(REVIEWERS):
        raise PermissionDenied
    waiting = Application.objects.filter(status=Application.Status.SUBMITTED)
    others = waiting.exclude(expert__user=by).select_related("expert").order_by("due_at", "pk")
    # Whoever presses at the same moment skips the row we hold and gets the next one.
    first = others.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if first is None:
        raise QueueIsEmpty
    return claim(first, by=by, at=at)


@transaction.atomic
def hand_back(application: Application, *, by: User, at: datetime) -> Application:
    """Put a case back into the queue, undecided.

    :raises PermissionDenied: unless `by` holds it or is a superuser.
    :raises IllegalMove: unless it is in review.
    """
    if not policies.may_hand_back(by, application):
        raise PermissionDenied
    application.move("hand_back", by=by, at=at)
    application.reviewer = None
    application.save(update_fields=["reviewer"])
    return application


def decide(
    application: Application,
    *,
    decision: casework.Decision,
    judgement: Judgement,
    by: User,
    at: datetime,
) -> None:
    """Carry out one of the decisions that `casework.decisions` offered.

    :raises PermissionDenied: as the decision itself does.
    """
    if decision.verb == "grant":
        grant(application, level=decision.level, judgement=judgement, by=by, at=at)
    elif decision.verb == "reject":
        reject(application, judgement=judgement, by=by, at=at)
    else:
        ask_for_changes(application, judgement=judgement, by=by, at=at)


@transaction.atomic
def grant(
    application: Application, *, level: int, judgement: Judgement, by: User, at: datetime
) -> Badge:
    """Grant the level applied for or a lower one, and issue the badge.

    :raises PermissionDenied: unless `by` holds the case and is not the applicant.
    :raises CriterionWithoutScore: unless every criterion is scored.
    :raises BelowTheRule: when the scores do not reach the rubric's rule for the level.
    :raises LevelNotAppliedFor: for a level above the one applied for.
    :raises AlreadyProven: when a valid badge says as much.
    :raises IllegalMove: unless it is in review.
    """
    _refuse_unless_holder(application, by)
    _refuse_unless_scored(application, judgement)
    if level > application.level:
        raise LevelNotAppliedFor
    if not application.rubric.passes([mark.points for mark in judgement.marks], level):
        raise BelowTheRule
    application.decided_at, application.message = at, judgement.message
    application.move("grant", by=by, at=at)
    application.save(update_fields=["decided_at", "message"])
    _record(application, Review.Verdict.GRANTED, judgement, by, at)
    return badges.issue(application, level=level, by=by, at=at)


@transaction.atomic
def reject(
    application: Application, *, judgement: Judgement, by: User, at: datetime
) -> Application:
    """Say no, why, what would change it, and from which day another application is welcome.

    :raises PermissionDenied: unless `by` holds the case and is not the applicant.
    :raises CriterionWithoutScore: unless every criterion is scored.
    :raises ReasonMissing: without a reason, or without what would change it.
    :raises IllegalMove: unless it is in review.
    """
    _refuse_unless_holder(application, by)
    _refuse_unless_scored(application, judgement)
    if not judgement.message or not judgement.would_change:
        raise ReasonMissing
    application.decided_at, application.message = at, judgement.message
    application.would_change = judgement.would_change
    application.reapply_on = (at + REAPPLY_AFTER).date()
    application.move("reject", by=by, at=at, reason=judgement.message)
    application.save(update_fields=["decided_at", "message", "would_change", "reapply_on"])
    _record(application, Review.Verdict.REJECTED, judgement, by, at)
    return application


@transaction.atomic
def ask_for_changes(
    application: Application, *, judgement: Judgement, by: User, at: datetime
) -> Application:
    """Give the application back with what to change; our clock stops until it is resubmitted.

    Scores may be incomplete: what cannot be judged yet is often the reason to ask.

    :raises PermissionDenied: unless `by` holds the case and is not the applicant.
    :raises ReasonMissing: without a message.
    :raises IllegalMove: unless it is in review.
    """
    _refuse_unless_holder(application, by)
    if not judgement.message:
        raise ReasonMissing(_("Tell the applicant what to change."))
    application.message, application.due_at = judgement.message, None
    application.move("ask_for_changes", by=by, at=at, reason=judgement.message)
    application.save(update_fields=["message", "due_at"])
    _record(application, Review.Verdict.CHANGES_ASKED, judgement, by, at)
    return application


def business_days_after(moment: datetime, days: int) -> datetime:
    """Return the same time of day so many weekdays on, in UTC; public holidays count as days."""
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() <= FRIDAY
    return moment


def _refuse_what_cannot_be_applied_for(
    expert: Expert, skill: Skill, level: int, at: datetime
) -> None:
    if not skill.is_badgeable:
        raise NotVetted
    earlier = Application.objects.filter(expert=expert, skill=skill)
    if earlier.filter(status__in=OPEN_APPLICATIONS).exists():
        raise AlreadyApplied
    if Badge.objects.filter(expert=expert, skill=skill).covering(level).exists():
        raise badges.AlreadyProven
    if waiting := earlier.filter(reapply_on__gt=at.date()).order_by("-reapply_on").first():
        day = waiting.reapply_on
        raise TooSoonToReapply(
            _("You can apply for this skill again from %(day)s.") % {"day": f"{day:%-d %B %Y}"}
        )


def _refuse_unless_own(application: Application, by: User) -> None:
    if not policies.owns(by, application):
        raise PermissionDenied


def _refuse_unless_holder(application: Application, by: User) -> None:
    if not policies.may_decide(by, application):
        raise PermissionDenied


def _refuse_unless_scored(application: Application, judgement: Judgement) -> None:
    scored = sorted(mark.criterion.pk for mark in judgement.marks)
    if scored != sorted(criterion.pk for criterion in application.rubric.criteria.all()):
        raise CriterionWithoutScore


def _record(
    application: Application,
    verdict: Review.Verdict,
    judgement: Judgement,
    by: User,
    at: datetime,
) -> None:
    review = Review.objects.create(
        application=application,
        reviewer=by,
        verdict=verdict,
        message=judgement.message,
        note=judgement.note,
        created_at=at,
    )
    Score.objects.bulk_create(
        Score(review=review, criterion=mark.criterion, points=mark.points, finding=mark.finding)
        for mark in judgement.marks
    )
