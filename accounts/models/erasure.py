"""A person's wish that their account is deleted, from the day they ask until nothing is left."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class ErasureStatus(models.TextChoices):
    """Where a row of Erasure stands."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Asked for")
    CANCELLED = "cancelled", _("Cancelled")
    BEGUN = "begun", _("Begun")
    DONE = "done", _("Done")


S = ErasureStatus
# The person may still change their mind, or something of theirs is still to go.
OPEN_ERASURES = (S.DRAFT, S.ASKED, S.BEGUN)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Whose wishes."""

    def visible_to(self, user: User) -> "ErasureQuerySet":
        """A person sees their own."""
        return self.filter(user=user)

    def waiting(self) -> "ErasureQuerySet":
        """Those that can be cancelled."""
        return self.filter(status=ErasureStatus.ASKED)


class Erasure(Stateful):
    """It begins on its day, `due_at`; what an open report holds follows when that is answered."""

    Status = ErasureStatus

    MOVES = moves(
        ask=([S.DRAFT], S.ASKED),
        cancel=([S.ASKED], S.CANCELLED),
        begin=([S.ASKED], S.BEGUN),
        finish=([S.BEGUN], S.DONE),
    )

    public_id = PublicIdField(prefix="ers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            status_is_known(ErasureStatus, "erasure_status_known"),
            models.UniqueConstraint(
                fields=("user",),
                condition=models.Q(status__in=OPEN_ERASURES),
                name="erasure_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("asked_at")), name="erasure_leaves_time"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(status__in=("asked", "begun")),
                name="erasure_due",
            ),
        )


class ErasureEvent(Transition):
    """What became of the wish."""

    row = models.ForeignKey(Erasure, models.PROTECT, related_name="history")
