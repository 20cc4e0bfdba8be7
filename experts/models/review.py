"""A seat at a case: one reviewer's judgement of one submission, blind until it is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models.skill import Criterion, Level
from experts.models.vetting import Application, Part
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# How long a case stays with whoever took it and does nothing; activity on it begins this anew.
LEASE = timedelta(minutes=45)
# Those who sit here see nobody else's judgement before they have given their own.
BLIND_SEATS = ("first", "second")
# Those who sit here see the blind judgements and decide.
LEAD_SEATS = ("lead", "appeal")
# Somebody still has to judge.
PENDING_SEATS = ("open", "claimed")


class Seat(models.TextChoices):
    """Which of the judgements of a submission this is."""

    FIRST = "first", _("First review")
    SECOND = "second", _("Second review")
    LEAD = "lead", _("Calibration")
    APPEAL = "appeal", _("Appeal")


class Verdict(models.TextChoices):
    """What a reviewer concludes."""

    GRANTED = "granted", _("Granted")
    REJECTED = "rejected", _("Rejected")
    CHANGES_ASKED = "changes_asked", _("Changes asked")


class ReviewStatus(models.TextChoices):
    """Where a row of Review stands."""

    OPEN = "open", _("Waits for a reviewer")
    CLAIMED = "claimed", _("With a reviewer")
    GIVEN = "given", _("Given")
    DROPPED = "dropped", _("No longer needed")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Who may read which judgement, and which seats wait."""

    def given(self) -> ReviewQuerySet:
        """Those that are complete."""
        return self.filter(status=Review.Status.GIVEN)

    def pending(self) -> ReviewQuerySet:
        """Those that somebody still has to give; they are always of the present submission."""
        return self.filter(status__in=PENDING_SEATS)

    def granting(self, level: int) -> int:
        """Count the persons who granted this level on the present submission."""
        granted = self.given().filter(round=F("application__round"), level=level)
        return granted.filter(verdict=Verdict.GRANTED).values("reviewer").distinct().count()

    def visible_to(self, user: User) -> ReviewQuerySet:
        """What a reviewer may read: their own, and others' unless the case is sealed for them.

        Nobody reads judgements of their own application here; they get the decision.
        """
        if not user.has_duty(REVIEWERS):
            return self.none()
        mine, unsealed = Q(reviewer=user), ~Q(application__in=sealed_for(user))
        return self.given().filter(mine | unsealed).exclude(application__expert__user=user)


class Review(Stateful):
    """One person's judgement of one submission, kept for ever once it is given."""

    Status = ReviewStatus
    Seat = Seat
    Verdict = Verdict
    Part = Part

    MOVES = moves(
        claim=([Status.OPEN], Status.CLAIMED),
        take_over=([Status.CLAIMED], Status.CLAIMED),
        hand_back=([Status.CLAIMED], Status.OPEN),
        give=([Status.CLAIMED], Status.GIVEN),
        drop=([Status.OPEN], Status.DROPPED),
    )
    public_id = PublicIdField(prefix="rvw")
    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    seat = models.CharField(max_length=8, choices=Seat.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)
    # The level that is granted; none with any other verdict.
    level = models.PositiveSmallIntegerField(choices=Level.choices, null=True, blank=True)
    parts = ArrayField(models.CharField(max_length=16, choices=Part.choices), default=list)
    message = models.TextField(blank=True)
    would_change = models.TextField(blank=True)
    reapply_on = models.DateField(null=True, blank=True)
    note = models.TextField(_("internal note"), blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.OPEN)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            status_is_known(ReviewStatus, "review_status_known"),
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="review_seat_known"),
            models.UniqueConstraint(
                fields=("application", "round", "seat"), name="review_seat_once"
            ),
            # One person, one judgement of a submission: whoever sat cannot sit again.
            models.UniqueConstraint(
                fields=("application", "round", "reviewer"), name="review_person_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="claimed")
                | Q(reviewer__isnull=False, claimed_at__isnull=False, lease_until__isnull=False),
                name="review_claimed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="given")
                | Q(reviewer__isnull=False, verdict__in=Verdict.values),
                name="review_given_by_somebody",
            ),
        )
        indexes = (
            models.Index(
                fields=("application", "seat"),
                condition=Q(status__in=PENDING_SEATS),
                name="review_pending",
            ),
        )

    @property
    def is_blind(self) -> bool:
        """Whether whoever sits here judges without seeing the others."""
        return self.seat in BLIND_SEATS

    def is_free(self, at: datetime) -> bool:
        """Whether somebody may take it: nobody has it, or whoever has it let the lease run out."""
        is_over = self.lease_until is not None and self.lease_until <= at
        return self.status == ReviewStatus.OPEN or (self.status == ReviewStatus.CLAIMED and is_over)

    @property
    def outcome(self) -> tuple[str, int | None]:
        """Verdict and level, by which two judgements are compared."""
        return self.verdict, self.level

    @property
    def outcome_words(self) -> str:
        """What it concludes, as a badge's page says it."""
        if self.verdict == Verdict.GRANTED:
            return _("Granted level %(level)s") % {"level": self.level}
        return str(Verdict(self.verdict).label)

    @property
    def rubric_scores(self) -> list[tuple[str, int]]:
        """Each criterion and its score, as bars show them."""
        return [(score.criterion.name, score.points) for score in self.scores.all()]


def sealed_for(user: User) -> models.QuerySet[Application]:
    """Return the cases on which this person may not know what others think.

    As long as a blind judgement of the present submission is missing, only those who have given
    theirs are past being influenced. Superusers may sit too, so they are no exception.
    """
    of_this_round = Review.objects.filter(application=OuterRef("pk"), round=OuterRef("round"))
    missing = of_this_round.filter(seat__in=BLIND_SEATS, status__in=PENDING_SEATS)
    own = of_this_round.given().filter(reviewer=user)
    return Application.objects.filter(Exists(missing)).exclude(Exists(own))


class ReviewEvent(Transition):
    """What happened to a seat."""

    row = models.ForeignKey(Review, models.PROTECT, related_name="history")


class Score(models.Model):
    """0 to 5 for one criterion, with what the reviewer found."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    finding = models.TextField(blank=True)

    class Meta:
        ordering = ("criterion__position",)
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="score_once"),
            models.CheckConstraint(
                condition=models.Q(points__gte=0, points__lte=5), name="score_in_range"
            ),
        )
