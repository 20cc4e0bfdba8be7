"""What an expert was last told of their score, so that the next mail says what changed since."""

from django.db import models

from experts.models.expert import Expert


class ToldScore(models.Model):
    """The score as it was told last, and what every contract added to it.

    `week` is the Monday of the week for which we last compared, news or not; `told_on` is empty
    until there was something to tell.
    """

    expert = models.OneToOneField(Expert, models.PROTECT, related_name="told_score")
    week = models.DateField()
    told_on = models.DateField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    # {source: [rating, weight, effect]}, of the contracts that counted.
    contracts = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(told_on=None, score=None)
                | models.Q(told_on__isnull=False, score__isnull=False),
                name="told_score_whole",
            ),
        )
