"""Every change and who asked for it: the line that joins what a request or a task has written."""

from django.conf import settings
from django.db import models


class Deed(models.Model):
    """One request or task that changed something, or a row that one of our staff opened.

    What changed is told by the rows themselves and their histories, which name the same request.
    """

    # The name of the address or task; addresses themselves may hold tokens.
    name = models.CharField(max_length=100)
    # Nobody for tasks, and for whoever was not signed in.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The public ids and numbers the address names.
    about = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-pk",)
