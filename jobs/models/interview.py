"""A talk before the choice, or any time after: proposed times, one of which the other side picks.

Nothing of it is recorded: the two meet wherever their link leads.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.models.conversation import Conversation, Side
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

LENGTHS = (15, 30, 45, 60)
MOST_TIMES = 3


class InterviewStatus(models.TextChoices):
    """Where a row of Interview stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for an answer")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    CANCELLED = "cancelled", _("Called off")


class Interview(Stateful):
    """One meeting of the two; of a conversation at most one waits for an answer."""

    Status = InterviewStatus

    MOVES = moves(
        propose=([Status.DRAFT], Status.PROPOSED),
        agree=([Status.PROPOSED], Status.AGREED),
        decline=([Status.PROPOSED], Status.DECLINED),
        withdraw=([Status.PROPOSED], Status.WITHDRAWN),
        cancel=([Status.AGREED], Status.CANCELLED),
    )

    public_id = PublicIdField(prefix="int")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="interviews")
    # Who proposed it; the other side answers.
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("length"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    note = models.CharField(_("what you want to talk about"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    # The time that was picked.
    starts_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        constraints = (
            status_is_known(InterviewStatus, "interview_status_known"),
            models.UniqueConstraint(
                fields=("conversation",),
                condition=models.Q(status="proposed"),
                name="interview_one_proposed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="agreed") | models.Q(starts_at__isnull=False),
                name="interview_agreed_has_a_time",
            ),
        )

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return timedelta(minutes=self.minutes)

    @property
    def ends_at(self) -> datetime | None:
        """When it is over; nothing while no time was picked."""
        return self.starts_at + self.length if self.starts_at else None


class InterviewEvent(Transition):
    """What happened to an interview."""

    row = models.ForeignKey(Interview, models.PROTECT, related_name="history")


class InterviewTime(models.Model):
    """A time that was proposed."""

    public_id = PublicIdField(prefix="itm")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.UniqueConstraint(fields=("interview", "starts_at"), name="interview_time_once"),
        )
