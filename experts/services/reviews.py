"""Judging a submission from one's seat: grant, ask for changes, reject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import casework, policies
from experts.models import Application, Badge, Criterion, Review, Score, TrailEntry
from experts.models.review import Seat, Verdict
from experts.services import outcomes, seats, trail
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove

REAPPLY_AFTER = timedelta(days=30)
LONGEST_WAIT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Mark:
    """A score of 0 to 5 for one criterion, and what the reviewer found."""

    criterion: Criterion
    points: int
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer concludes; all but `note` and the findings' author is for the applicant.

    `parts` are what to change, `reapply_on` the first day of another application (30 days on when
    not given).
    """

    marks: Sequence[Mark]
    message: str
    would_change: str = ""
    note: str = ""
    parts: Sequence[str] = ()
    reapply_on: date | None = None


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


class BadDayToReapply(DomainError):
    """The wait after a rejection is finite and lies ahead."""

    code = "bad_day_to_reapply"
    sentence = _("Choose a day to reapply that lies ahead, and within a year.")


class AppealIsFinal(DomainError):
    """An appeal ends the case."""

    code = "appeal_is_final"
    sentence = _("An appeal ends with a grant or a rejection.")


def decide(
    application: Application,
    *,
    decision: casework.Decision,
    judgement: Judgement,
    by: User,
    at: datetime,
) -> None:
    """Give the judgement that `casework.decisions` offered.

    :raises PermissionDenied: as the judgement itself does.
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
) -> Badge | None:
    """Judge that the level applied for, or a lower one, is proven.

    Return the badge when this judgement was the last one needed, and none while another is.

    :raises PermissionDenied: unless `by` has a seat at the case and is not the applicant.
    :raises ConflictOfInterest: when something came between them meanwhile.
    :raises CriterionWithoutScore: unless every criterion is scored.
    :raises BelowTheRule: when the scores do not reach the rubric's rule for the level.
    :raises LevelNotAppliedFor: for a level above the one applied for.
    :raises AlreadyProven: when a valid badge says as much.
    :raises NeedsSecondGrant: for level 3, when nobody else has granted it.
    :raises IllegalMove: when the judgement has been given.
    """
    seat = _seat_of(application, by, at)
    _refuse_unless_scored(application, judgement)
    if level > application.level:
        raise LevelNotAppliedFor
    if not application.rubric.passes([mark.points for mark in judgement.marks], level):
        raise BelowTheRule
    seat.level = level
    _give(seat, Verdict.GRANTED, judgement, by, at)
    return outcomes.conclude(application, by=by, at=at)


@transaction.atomic
def reject(
    application: Application, *, judgement: Judgement, by: User, at: datetime
) -> Application:
    """Judge no: why, what would change it, and from which day another application is welcome.

    :raises PermissionDenied: unless `by` has a seat at the case and is not the applicant.
    :raises ConflictOfInterest: when something came between them meanwhile.
    :raises CriterionWithoutScore: unless every criterion is scored.
    :raises ReasonMissing: without a reason, or without what would change it.
    :raises BadDayToReapply: unless the day lies ahead and within a year.
    :raises IllegalMove: when the judgement has been given.
    """
    seat = _seat_of(application, by, at)
    _refuse_unless_scored(application, judgement)
    if not judgement.message or not judgement.would_change:
        raise ReasonMissing
    seat.would_change = judgement.would_change
    seat.reapply_on = judgement.reapply_on or (at + REAPPLY_AFTER).date()
    if not at.date() < seat.reapply_on <= (at + LONGEST_WAIT).date():
        raise BadDayToReapply
    _give(seat, Verdict.REJECTED, judgement, by, at)
    outcomes.conclude(application, by=by, at=at)
    return application


@transaction.atomic
def ask_for_changes(
    application: Application, *, judgement: Judgement, by: User, at: datetime
) -> Application:
    """Judge that it cannot be decided yet, and say what to change.

    Scores may be incomplete: what cannot be judged yet is often the reason to ask.

    :raises PermissionDenied: unless `by` has a seat at the case and is not the applicant.
    :raises ConflictOfInterest: when something came between them meanwhile.
    :raises ReasonMissing: without a message.
    :raises AppealIsFinal: on an appeal.
    :raises IllegalMove: when the judgement has been given.
    """
    seat = _seat_of(application, by, at)
    if seat.seat == Seat.APPEAL:
        raise AppealIsFinal
    if not judgement.message:
        raise ReasonMissing(_("Tell the applicant what to change."))
    seat.parts = list(judgement.parts)
    _give(seat, Verdict.CHANGES_ASKED, judgement, by, at)
    outcomes.conclude(application, by=by, at=at)
    return application


def _seat_of(application: Application, by: User, at: datetime) -> Review:
    """Hold the case and find the seat from which `by` may judge."""
    seats.hold(application)
    seat = application.reviews.filter(round=application.round, reviewer=by).first()
    if seat is None or not policies.may_judge(by, application):
        raise PermissionDenied
    if not seat.may("give"):
        raise IllegalMove
    seats.refuse_conflict(application, by, at)
    return seat


def _refuse_unless_scored(application: Application, judgement: Judgement) -> None:
    scored = sorted(mark.criterion.pk for mark in judgement.marks)
    if scored != sorted(criterion.pk for criterion in application.rubric.criteria.all()):
        raise CriterionWithoutScore


def _give(seat: Review, verdict: Verdict, judgement: Judgement, by: User, at: datetime) -> None:
    """Write the judgement down and close it: from then on the database refuses every change."""
    seat.verdict, seat.message, seat.note = verdict, judgement.message, judgement.note
    seat.given_at = at
    seat.save()
    Score.objects.bulk_create(
        Score(review=seat, criterion=mark.criterion, points=mark.points, finding=mark.finding)
        for mark in judgement.marks
    )
    seat.move("give", by=by, at=at)
    about = f"{seat.seat}: {verdict} {seat.level or ''}".strip()
    trail.note(seat.application, TrailEntry.Act.JUDGED, by=by, at=at, about=about)
