"""What each side says of the other once the work is done; hidden until both are in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract


class Feedback(models.Model):
    """One public rating, 1 to 5; published when both sides are in or the window has ended."""

    class Side(models.TextChoices):
        CLIENT = "client", _("Client")
        EXPERT = "expert", _("Expert")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="feedback")
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(_("rating"))
    text = models.TextField(_("in your words"), max_length=1500)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("contract", "side"), name="feedback_once_per_side"),
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="feedback_in_range"
            ),
        )
