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
    is_rejected = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the person behind it lives in another country than the profile says."""
        return self.country not in {"", self.expert.country}


class FormerPayoutAccount(models.Model):
    """An account that was closed and replaced; money decided for it goes nowhere else by itself."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="former_payout_accounts")
    stripe_id = models.CharField(max_length=255, unique=True)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
