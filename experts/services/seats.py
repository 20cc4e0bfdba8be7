"""The seats of a case: opened when it is submitted, taken for a lease, handed back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import LEADS, REVIEWERS
from experts import conflicts, policies, sampling
from experts.models import Application, Review, TrailEntry
from experts.models.review import BLIND_SEATS, LEASE, Seat
from experts.models.skill import Level
from experts.services import trail
from marketplace.kit.errors import DomainError


class ConflictOfInterest(DomainError):
    """Something stands between this reviewer and this applicant."""

    status = 403
    code = "conflict_of_interest"


class AlreadySat(DomainError):
    """One person, one judgement of a submission; an appeal goes to somebody new."""

    code = "already_sat"
    sentence = _("You have a seat at this case already. The other one is somebody else's.")


class NoSeatIsFree(DomainError):
    """Every seat of the present submission is taken or done."""

    code = "no_seat_is_free"
    sentence = _("Somebody else has this case, or it does not wait for a reviewer.")


class QueueIsEmpty(DomainError):
    """Nothing waits for this reviewer."""

    code = "queue_is_empty"
    sentence = _("No application is waiting for you to take it.")


def hold(application: Application) -> None:
    """Take the application's row, the first lock of every verb at the desk, and see it afresh."""
    rows = Application.objects.select_for_update(of=("self",), no_key=True)
    held = rows.get(pk=application.pk)
    application.status, application.round = held.status, held.round
    application.level = held.level


def open_blind(application: Application, *, at: datetime) -> None:
    """Open the seats of a new submission: one, or two for level 3 and for the sample."""
    needs_two = application.level == Level.LED or sampling.is_sampled(application.public_id)
    Review.objects.bulk_create(
        _seat(application, Seat(name), at) for name in BLIND_SEATS[: 1 + needs_two]
    )


def open_one(application: Application, seat: Seat, *, at: datetime) -> Review:
    """Open the seat of a lead or of an appeal."""
    row = _seat(application, seat, at)
    row.save()
    return row


def drop(application: Application, *, by: User, at: datetime) -> None:
    """Close the seats nobody needs any more."""
    for seat in application.reviews.pending():
        seat.move("drop", by=by, at=at)


@transaction.atomic
def claim(application: Application, *, by: User, at: datetime) -> Review:
    """Take a seat at a case for 45 minutes; of two reviewers who try, one gets it.

    :raises PermissionDenied: unless `by` is a reviewer and not the applicant.
    :raises ConflictOfInterest: when they have something to do with each other, with what.
    :raises AlreadySat: when `by` has a seat, or sat before and this is the appeal.
    :raises NoSeatIsFree: when others have the seats, or nobody is needed.
    """
    if not policies.may_judge(by, application):
        raise PermissionDenied
    refuse_conflict(application, by, at)
    hold(application)
    seat = _seat_for(application, by, at)
    verb = "claim" if seat.status == Review.Status.OPEN else "take_over"
    seat.reviewer, seat.claimed_at, seat.lease_until = by, at, at + LEASE
    seat.save(update_fields=["reviewer", "claimed_at", "lease_until"])
    seat.move(verb, by=by, at=at)
    if application.may("claim"):
        # Without a name: who reads this history may have to judge without knowing the other.
        application.move("claim", by=None, at=at)
    act = TrailEntry.Act.TOOK if verb == "claim" else TrailEntry.Act.TOOK_OVER
    trail.note(application, act, by=by, at=at, about=seat.seat)
    return seat


@transaction.atomic
def take_next(*, by: User, at: datetime) -> Review:
    """Take the seat that is due first among those `by` may take.

    :raises PermissionDenied: unless `by` is a reviewer.
    :raises QueueIsEmpty: when nothing waits.
    """
    if not by.has_duty(REVIEWERS):
        raise PermissionDenied
    waiting = waiting_for(by, at=at).select_related("application__expert")
    # Whoever presses at the same moment skips the rows we hold and gets the next ones.
    first = (
        waiting.order_by("application__due_at", "pk")
        .select_for_update(of=("self", "application"), skip_locked=True, no_key=True)
        .first()
    )
    if first is None:
        raise QueueIsEmpty
    return claim(first.application, by=by, at=at)


def waiting_for(reviewer: User, *, at: datetime) -> QuerySet[Review]:
    """Return the seats that this reviewer may take now."""
    free = Q(status=Review.Status.OPEN) | Q(status=Review.Status.CLAIMED, lease_until__lte=at)
    own = Review.objects.filter(application=OuterRef("application"), reviewer=reviewer)
    sat_now = own.filter(round=OuterRef("round"))
    waiting = Review.objects.pending().filter(free).exclude(application__expert__user=reviewer)
    waiting = waiting.exclude(Exists(sat_now)).exclude(Exists(own), seat=Seat.APPEAL)
    if not reviewer.has_duty(LEADS):
        waiting = waiting.filter(seat__in=BLIND_SEATS)
    return conflicts.without_conflict(waiting, reviewer, at=at)


def renew(application: Application, *, by: User, at: datetime) -> None:
    """Begin the lease anew, because its holder is at work on the case."""
    held = application.reviews.pending().filter(reviewer=by, status=Review.Status.CLAIMED)
    held.update(lease_until=at + LEASE)


@transaction.atomic
def hand_back(application: Application, *, by: User, at: datetime) -> Application:
    """Give a seat back, undecided.

    :raises PermissionDenied: unless `by` has one.
    """
    hold(application)
    seat = taken_by(by, application)
    if seat is None:
        raise PermissionDenied
    seat.move("hand_back", by=by, at=at)
    seat.reviewer = seat.claimed_at = seat.lease_until = None
    seat.save(update_fields=["reviewer", "claimed_at", "lease_until"])
    trail.note(application, TrailEntry.Act.HANDED_BACK, by=by, at=at, about=seat.seat)
    busy = application.reviews.filter(round=application.round).exclude(status=Review.Status.OPEN)
    if application.may("hand_back") and not busy.exists():
        application.move("hand_back", by=None, at=at)
    return application


def taken_by(user: User, application: Application) -> Review | None:
    """Return the seat at the present submission that this person has and has not given yet."""
    return application.reviews.pending().filter(reviewer=user).first()


def refuse_conflict(application: Application, by: User, at: datetime) -> None:
    """Keep somebody who has to do with the applicant from the case.

    :raises ConflictOfInterest: in the words of what stands between them.
    """
    if reason := conflicts.conflict_of(by, application.expert, at=at):
        raise ConflictOfInterest(conflicts.WORDS[reason])


def _seat(application: Application, seat: Seat, at: datetime) -> Review:
    return Review(application=application, round=application.round, seat=seat, created_at=at)


def _seat_for(application: Application, by: User, at: datetime) -> Review:
    """Choose among the seats of the present submission, in the order in which they opened."""
    rows = application.reviews.filter(round=application.round)
    if rows.filter(reviewer=by).exists():
        raise AlreadySat
    for seat in rows.pending().order_by("pk"):
        if seat.is_free(at) and policies.may_sit(by, seat):
            break
    else:
        raise NoSeatIsFree
    if seat.seat == Seat.APPEAL and application.reviews.filter(reviewer=by).exists():
        raise AlreadySat
    return seat
