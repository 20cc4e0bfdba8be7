"""A search of the job board that somebody gave a name, to come back to it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.kit.models import PublicIdField


class SavedSearch(models.Model):
    """One per person and name; `query` is what the board's address had after its "?"."""

    public_id = PublicIdField(prefix="srh")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(max_length=2000)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="saved_search_once"),)
