"""An application for a badge: what is asked for, and how far it has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models.expert import Expert
from experts.models.model_registry import ModelRelease
from experts.models.skill import Level, Rubric, Skill
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# A freelancer has at most one application in these states for a skill.
OPEN_APPLICATIONS = (
    "draft",
    "submitted",
    "reviewing",
    "calibrating",
    "changes_asked",
    "appealed",
)
# The reviewers' clock runs in these states.
QUEUED_APPLICATIONS = ("submitted", "reviewing", "calibrating", "appealed")
# The applicant may change the claim and the evidence in these states.
EDITABLE_APPLICATIONS = ("draft", "changes_asked")
# What we promise: a decision within 40 business hours, which are five business days.
PROMISED = timedelta(hours=40)


class Part(models.TextChoices):
    """What an applicant may be asked to change."""

    CLAIM = "claim", _("The claim")
    EVIDENCE = "evidence", _("The evidence")
    OWN_SHARE = "own_share", _("Your own share of the work")
    METHOD = "method", _("How it was measured")
    REFERENCE = "reference", _("The reference")


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
    CALIBRATING = "calibrating", _("With a lead")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    GRANTED = "granted", _("Granted")
    REJECTED = "rejected", _("Rejected")
    APPEALED = "appealed", _("Appealed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Application(Stateful):
    """A freelancer asks for a badge in one skill at one level."""

    Status = ApplicationStatus

    MOVES = moves(
        submit=([Status.DRAFT, Status.CHANGES_ASKED], Status.SUBMITTED),
        claim=([Status.SUBMITTED], Status.REVIEWING),
        hand_back=([Status.REVIEWING], Status.SUBMITTED),
        calibrate=([Status.REVIEWING], Status.CALIBRATING),
        ask_for_changes=([Status.REVIEWING, Status.CALIBRATING], Status.CHANGES_ASKED),
        grant=([Status.REVIEWING, Status.CALIBRATING, Status.APPEALED], Status.GRANTED),
        reject=([Status.REVIEWING, Status.CALIBRATING], Status.REJECTED),
        appeal=([Status.REJECTED], Status.APPEALED),
        uphold=([Status.APPEALED], Status.REJECTED),
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
    # How often it has been submitted; each submission is judged on its own.
    round = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Business time that is left of our promise while we wait for the applicant.
    clock_left = models.DurationField(default=PROMISED)
    decided_at = models.DateTimeField(null=True, blank=True)
    # What the applicant reads: the reason, and the one thing that would change a rejection.
    message = models.TextField(blank=True)
    asked_parts = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    would_change = models.TextField(blank=True)
    reapply_on = models.DateField(null=True, blank=True)
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
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

    @property
    def shown_evidence(self) -> list[Any]:
        """The pieces of which strangers may read at least the title."""
        return [piece for piece in self.evidence.all() if piece.is_named]

    @property
    def hidden_count(self) -> int:
        """How many pieces strangers may read nothing of; that there are some is no secret."""
        return len(self.evidence.all()) - len(self.shown_evidence)

    @property
    def asked_part_names(self) -> list[str]:
        """What the applicant is asked to change, in words."""
        return [str(Part(part).label) for part in self.asked_parts]


class ApplicationEvent(Transition):
    """What happened to an application."""

    row = models.ForeignKey(Application, models.PROTECT, related_name="history")
