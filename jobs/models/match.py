"""Why a job was shown to an expert, kept as it was then."""

from django.db import models

from experts.models import Expert
from jobs.models.job import Job


class Match(models.Model):
    """One expert a job fits. `reasons` is a list of {code, points, text values} as it was shown."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="matches")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="matches")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    algorithm = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-score", "pk")
        constraints = (models.UniqueConstraint(fields=("job", "expert"), name="match_once"),)
