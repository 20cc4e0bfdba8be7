"""What somebody who has no account yet has written of a job."""

from django.db import models

from jobs.models.use_case import UseCase
from marketplace.kit.models import PublicIdField


class VisitorDraft(models.Model):
    """A job before it is anybody's, found only by the browser session that wrote it.

    `scope` and `budget` are what was typed on those pages, by the names of their fields, and empty
    until then. Nothing here says who the visitor is.
    """

    public_id = PublicIdField(prefix="vis")
    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="+")
    scope = models.JSONField(default=dict)
    budget = models.JSONField(default=dict)
    # What the organisation is to be called that will post it.
    organisation_name = models.CharField(max_length=120, blank=True)
    # Whether the visitor wants to see the job as experts will before it is published.
    wants_preview = models.BooleanField(default=False)
    touched_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("touched_at",), name="visitor_draft_age"),)
