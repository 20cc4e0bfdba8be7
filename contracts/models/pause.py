"""A pause of a contract: one side asks for nothing new to be begun for a while, and says why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.contract import Contract
from contracts.models.feedback import Feedback


class PauseReason(models.TextChoices):
    """Why work stands still."""

    WAITING = "waiting", _("Waiting for data, access or a decision")
    AWAY = "away", _("Away or ill")
    BUDGET = "budget", _("The budget has to be approved")
    PRIORITY = "priority", _("Something else comes first")
    OTHER = "other", _("Another reason")


class Pause(models.Model):
    """From when to when a contract was paused, by which side; it ends by itself at `ends_at`."""

    Reason = PauseReason

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="pauses")
    side = models.CharField(max_length=8, choices=Feedback.Side.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=8, choices=PauseReason.choices)
    # In the words of who paused; the other side reads it.
    note = models.TextField(max_length=1000, blank=True)
    since = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Nobody, where its time ran out or the contract ended.
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("contract",),
                condition=models.Q(ended_at=None),
                name="pause_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("since")), name="pause_has_an_end"
            ),
        )

    @property
    def is_from_expert(self) -> bool:
        """Whether the expert paused it."""
        return self.side == Feedback.Side.EXPERT

    @property
    def who(self) -> str:
        """The side that paused it, as the other reads it."""
        return self.contract.expert.name if self.is_from_expert else self.contract.organisation.name
