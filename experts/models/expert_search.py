"""A search for experts that somebody wants to hear news of, and whom it has told of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence
from experts.models.expert import Expert
from marketplace.kit.models import PublicIdField


class ExpertSearch(models.Model):
    """One per person and name: what it asks for, and how soon its owner hears of who earns it.

    `query` is what the directory's address had after its "?", `filters` the same as
    `experts.filters.Filters` keeps it.
    """

    public_id = PublicIdField(prefix="exs")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="expert_searches"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(max_length=2000)
    filters = models.JSONField()
    cadence = models.CharField(
        _("told"), max_length=8, choices=Cadence.choices, default=Cadence.DAILY
    )
    created_at = models.DateTimeField()
    # Whoever earned a badge before has been looked at.
    looked_at = models.DateTimeField()
    # When it is looked at next; nothing for what is told at once, and for what is never told.
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("user", "name"), name="expert_search_once"),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values), name="expert_search_cadence_known"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(due_at__isnull=False),
                name="expert_search_due",
            ),
        )


class ExpertFound(models.Model):
    """One expert a search has told of; its key lets nobody be told twice."""

    search = models.ForeignKey(ExpertSearch, models.CASCADE, related_name="found", db_index=False)
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("search", "expert"), name="expert_found_once"),
        )
