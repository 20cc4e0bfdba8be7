"""The trail of the desk: who looked, took, judged and took away, as it happened."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models.review import sealed_for
from experts.models.vetting import Application


class TrailQuerySet(models.QuerySet["TrailEntry"]):
    """Who may read the trail."""

    def visible_to(self, user: User) -> TrailQuerySet:
        """Reviewers, except of cases they must judge blind, where they see what they did."""
        if not user.has_duty(REVIEWERS):
            return self.none()
        own, unsealed = models.Q(by=user), ~models.Q(application__in=sealed_for(user))
        return self.filter(own | unsealed).exclude(application__expert__user=user)


class TrailEntry(models.Model):
    """One act of a member of staff at a case; the database refuses to change or delete it."""

    class Act(models.TextChoices):
        LOOKED = "looked", _("Looked at the case")
        OPENED = "opened", _("Opened a file of the evidence")
        TOOK = "took", _("Took the case")
        TOOK_OVER = "took_over", _("Took the case after a lease ran out")
        HANDED_BACK = "handed_back", _("Handed the case back")
        JUDGED = "judged", _("Gave a judgement")
        DECIDED = "decided", _("Ended the case")
        SUSPENDED = "suspended", _("Suspended the badge")
        REINSTATED = "reinstated", _("Reinstated the badge")
        REVOKED = "revoked", _("Revoked the badge")

    application = models.ForeignKey(Application, models.PROTECT, related_name="trail")
    act = models.CharField(max_length=12, choices=Act.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # What it was about, in the vocabulary of the code: a seat, a verdict, a piece of evidence.
    about = models.CharField(max_length=200, blank=True)

    objects: ClassVar[TrailQuerySet] = TrailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "trail entries"
