"""An expert whom somebody keeps in view."""

from django.conf import settings
from django.db import models

from experts.models.expert import Expert


class SavedExpert(models.Model):
    """One person's note of one expert; nobody else sees it, the expert neither."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_experts")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="saved_by")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "expert"), name="saved_expert_once"),
        )
