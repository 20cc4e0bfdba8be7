"""What a client said in public about finished work; contracts writes it, never the expert."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.expert import Expert


class AmountBand(models.TextChoices):
    """How large the work was, told without the exact figure (thousands of the site's currency)."""

    UNDER_1 = "under_1", _("Under $1k")
    FROM_1 = "from_1", _("$1k to $5k")
    FROM_5 = "from_5", _("$5k to $20k")
    FROM_20 = "from_20", _("$20k to $50k")
    FROM_50 = "from_50", _("$50k to $100k")
    FROM_100 = "from_100", _("Over $100k")


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

    class Meta:
        ordering = ("-completed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="work_rating_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_band__in=AmountBand.values), name="work_band_known"
            ),
        )
