"""What a client said in public about finished work; contracts writes it, never the expert."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.expert import Expert


class AmountBand(models.TextChoices):
    """How large the work was, told without the exact figure (thousands of the site's currency)."""

    SMALL = "small", _("Under $100")
    UNDER_1 = "under_1", _("Under $1k")
    FROM_1 = "from_1", _("$1k to $5k")
    FROM_5 = "from_5", _("$5k to $20k")
    FROM_20 = "from_20", _("$20k to $50k")
    FROM_50 = "from_50", _("$50k to $100k")
    FROM_100 = "from_100", _("Over $100k")


class ScoreKey(models.TextChoices):
    """What a client rates an expert in, in the order in which it is asked."""

    QUALITY = "quality", _("Quality of the work")
    COMMUNICATION = "communication", _("Communication")
    TIMELINESS = "timeliness", _("Kept to the dates")
    EXPERTISE = "expertise", _("Knew the subject")
    DATA_CARE = "data_care", _("Care with data")
    HIRE_AGAIN = "hire_again", _("Would hire again")


class Outcome(models.TextChoices):
    """Whether the work came when it was due; empty where nobody wrote it down."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")


class WorkRecord(models.Model):
    """One finished contract on a profile; `source` is its public id, so that it is told once."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="work_records")
    source = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=120)
    client_name = models.CharField(max_length=120)
    completed_on = models.DateField()
    rating = models.PositiveSmallIntegerField()
    quote = models.TextField(blank=True)
    amount_band = models.CharField(max_length=8, choices=AmountBand.choices)
    # {ScoreKey: 1 to 5}; empty for what was said before there were sub-scores.
    scores = models.JSONField(default=dict)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    # The two sides are not known to be independent, so the rating counts nothing.
    is_linked = models.BooleanField(default=False)
    # The client had lost a dispute about this work when they rated it, so the rating counts half.
    follows_lost_dispute = models.BooleanField(default=False)
    reply = models.TextField(blank=True)
    replied_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-completed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="work_rating_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *Outcome.values]), name="work_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_band__in=AmountBand.values), name="work_band_known"
            ),
        )

    @property
    def named_scores(self) -> list[tuple[str, int]]:
        """The sub-scores with their names, as bars show them."""
        return [
            (str(key.label), self.scores[key.value]) for key in ScoreKey if key.value in self.scores
        ]


class Delivery(models.Model):
    """One released milestone, which its expert may show as evidence; `source` is its public id."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="deliveries")
    source = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=120)
    client_name = models.CharField(max_length=120)
    released_on = models.DateField()
    amount_band = models.CharField(max_length=8, choices=AmountBand.choices)

    class Meta:
        ordering = ("-released_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_band__in=AmountBand.values), name="delivery_band_known"
            ),
        )
