"""The applicant's side of vetting: apply, choose the level, describe, submit, withdraw."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import policies, selectors
from experts.models import Application, Badge, Expert, ModelRelease, Skill
from experts.models.vetting import EDITABLE_APPLICATIONS, OPEN_APPLICATIONS
from experts.services import badges, seats
from marketplace.kit import business
from marketplace.kit.errors import DomainError


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


class LevelIsFixed(DomainError):
    """Reviewers judge the level that was submitted."""

    code = "level_is_fixed"
    sentence = _(
        "The level cannot be changed once you have submitted. Reviewers can grant a lower one; "
        "for a higher one, apply again after the decision."
    )


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
def change_level(application: Application, *, level: int, by: User) -> Application:
    """Ask for another level; claim, evidence and the version of the rubric stay.

    :raises PermissionDenied: unless the application is theirs.
    :raises LevelIsFixed: from the first submission on.
    :raises AlreadyProven: when a valid badge says as much.
    """
    _refuse_unless_own(application, by)
    # `submit` opens the seats of the level under the same lock.
    seats.hold(application)
    if not policies.may_change_level(by, application):
        raise LevelIsFixed
    _refuse_what_is_proven(application.expert, application.skill, level)
    application.level = level
    application.save(update_fields=["level"])
    return application


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
    """Hand the application to the reviewers; their clock starts, or goes on with what was left.

    :raises PermissionDenied: unless the application is theirs.
    :raises ApplicationIsIncomplete: when claim or evidence is missing, with what.
    :raises IllegalMove: unless it is a draft or changes were asked.
    """
    _refuse_unless_own(application, by)
    # Evidence is changed under the same lock, so what is counted here is what is submitted.
    seats.hold(application)
    for missing in selectors.missing_from(application):
        raise ApplicationIsIncomplete(missing)
    application.move("submit", by=by, at=at)
    application.round += 1
    application.submitted_at = at
    application.due_at = business.after(at, application.clock_left)
    application.asked_parts = []
    application.save(update_fields=["round", "submitted_at", "due_at", "asked_parts"])
    seats.open_blind(application, at=at)
    return application


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> Application:
    """Take an application back; nothing is held against the applicant.

    :raises PermissionDenied: unless the application is theirs.
    :raises IllegalMove: once a reviewer has it, or it is decided.
    """
    _refuse_unless_own(application, by)
    application.move("withdraw", by=by, at=at)
    seats.drop(application, by=by, at=at)
    return application


def _refuse_what_cannot_be_applied_for(
    expert: Expert, skill: Skill, level: int, at: datetime
) -> None:
    if not skill.is_badgeable:
        raise NotVetted
    earlier = Application.objects.filter(expert=expert, skill=skill)
    if earlier.filter(status__in=OPEN_APPLICATIONS).exists():
        raise AlreadyApplied
    _refuse_what_is_proven(expert, skill, level)
    if waiting := earlier.filter(reapply_on__gt=at.date()).order_by("-reapply_on").first():
        day = waiting.reapply_on
        raise TooSoonToReapply(
            _("You can apply for this skill again from %(day)s.") % {"day": f"{day:%-d %B %Y}"}
        )


def _refuse_what_is_proven(expert: Expert, skill: Skill, level: int) -> None:
    if Badge.objects.filter(expert=expert, skill=skill).covering(level).exists():
        raise badges.AlreadyProven


def _refuse_unless_own(application: Application, by: User) -> None:
    if not policies.owns(by, application):
        raise PermissionDenied
