"""An expert's account at Stripe, as we last saw it."""

from django.db import models

from experts.models import Expert


class PayoutAccount(models.Model):
    """A mirror: ask Stripe again before money depends on it."""

    expert = models.OneToOneField(Expert, models.PROTECT, related_name="payout_account")
    stripe_id = models.CharField(max_length=255, unique=True)
    country = models.CharField(max_length=2)
    can_receive = models.BooleanField(default=False)
    requirements_due = models.JSONField(default=list)
    is_closed = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField()
