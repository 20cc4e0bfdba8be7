"""Who an expert works for, and since when not any more; contracts writes it, vetting reads it."""

from django.db import models

from accounts.models import Organisation
from experts.models.expert import Expert


class Tie(models.Model):
    """One contract between an expert and a client; `source` is its public id, so it is told once.

    The rule that reads it is `experts_conflict` in the database (conflicts.sql).
    """

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="ties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ties")
    source = models.CharField(max_length=32, unique=True)
    # The last day; none while money is open between the two.
    until = models.DateField(null=True, blank=True)
