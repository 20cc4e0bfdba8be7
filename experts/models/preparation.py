"""What an applicant prepares beside claim and evidence: times to meet, and words not yet saved."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from experts.models.vetting import Application
from marketplace.kit.models import PublicIdField

SESSION = timedelta(minutes=15)
MOST_SLOTS = 2


class LiveSlot(models.Model):
    """A time at which the applicant can walk a reviewer through the work; one may be chosen."""

    public_id = PublicIdField(prefix="slot")
    application = models.ForeignKey(Application, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.UniqueConstraint(fields=("application", "starts_at"), name="slot_once"),
            models.UniqueConstraint(
                fields=("application",),
                condition=models.Q(chosen_at__isnull=False),
                name="slot_one_chosen",
            ),
            models.CheckConstraint(
                condition=models.Q(chosen_at=None, chosen_by=None)
                | models.Q(chosen_at__isnull=False, chosen_by__isnull=False),
                name="slot_chosen_by_somebody",
            ),
        )

    @property
    def ends_at(self) -> datetime:
        """When the walkthrough is over."""
        return self.starts_at + SESSION


class TaskDraft(models.Model):
    """What was typed into one task and is not saved yet; `task` is claim, evidence, …"""

    application = models.ForeignKey(Application, models.CASCADE, related_name="drafts")
    task = models.CharField(max_length=64)
    typed = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "task"), name="task_draft_once"),
        )
