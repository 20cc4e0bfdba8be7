"""The road to a badge: an application, a reviewer's scores and the decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models.expert import Expert
from experts.models.model_registry import ModelRelease
from experts.models.skill import Criterion, Level, Rubric, Skill
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# A freelancer has at most one application in these states for a skill.
OPEN_APPLICATIONS = ("draft", "submitted", "reviewing", "changes_asked")
# The reviewers' clock runs in these states.
QUEUED_APPLICATIONS = ("submitted", "reviewing")
# The applicant may change the claim and the evidence in these states.
EDITABLE_APPLICATIONS = ("draft", "changes_asked")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Who may read an application."""

    def visible_to(self, user: User | AnonymousUser) -> ApplicationQuerySet:
        """The applicant, and reviewers once it has been submitted."""
        if not isinstance(user, User):
            return self.none()
        own = models.Q(expert__user=user)
        if user.has_duty(REVIEWERS):
            return self.filter(own | ~models.Q(status=Application.Status.DRAFT))
        return self.filter(own)

    def in_queue(self) -> ApplicationQuerySet:
        """Those that wait for a reviewer or are with one."""
        return self.filter(status__in=QUEUED_APPLICATIONS)


class ApplicationStatus(models.TextChoices):
    """Where a row of Application stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In the queue")
    REVIEWING = "reviewing", _("In review")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    GRANTED = "granted", _("Granted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Application(Stateful):
    """A freelancer asks for a badge in one skill at one level."""

    Status = ApplicationStatus

    MOVES = moves(
        submit=([Status.DRAFT, Status.CHANGES_ASKED], Status.SUBMITTED),
        claim=([Status.SUBMITTED], Status.REVIEWING),
        hand_back=([Status.REVIEWING], Status.SUBMITTED),
        ask_for_changes=([Status.REVIEWING], Status.CHANGES_ASKED),
        grant=([Status.REVIEWING], Status.GRANTED),
        reject=([Status.REVIEWING], Status.REJECTED),
        withdraw=([Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED], Status.WITHDRAWN),
    )
    public_id = PublicIdField(prefix="app")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="applications")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="applications")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    claim = models.TextField(_("claim"), max_length=600, blank=True)
    # The models the shown work runs on; a badge ages with them. Empty when it needs none.
    built_on = models.ManyToManyField(ModelRelease, related_name="applications", blank=True)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="applications")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="claimed"
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # What the applicant reads: the reason, and the one thing that would change a rejection.
    message = models.TextField(blank=True)
    would_change = models.TextField(blank=True)
    reapply_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[ApplicationQuerySet] = ApplicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(ApplicationStatus, "application_status_known"),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="application_level_known"
            ),
            models.UniqueConstraint(
                fields=("expert", "skill"),
                condition=models.Q(status__in=OPEN_APPLICATIONS),
                name="application_one_open",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(status__in=QUEUED_APPLICATIONS),
                name="application_queue",
            ),
        )


class ApplicationEvent(Transition):
    """What happened to an application."""

    row = models.ForeignKey(Application, models.PROTECT, related_name="history")


class Review(models.Model):
    """One reviewer's judgement of one submission, kept for ever."""

    class Verdict(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REJECTED = "rejected", _("Rejected")
        CHANGES_ASKED = "changes_asked", _("Changes asked")

    public_id = PublicIdField(prefix="rvw")
    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    message = models.TextField(blank=True)
    note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    @property
    def rubric_scores(self) -> list[tuple[str, int]]:
        """Each criterion and its score, as bars show them."""
        return [(score.criterion.name, score.points) for score in self.scores.all()]


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
