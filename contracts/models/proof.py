"""Each side's word that a contract may be proven in public, for as long as it stands."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract


class ProofConsent(models.Model):
    """One side agrees to the public proof page; taken back, the row stays, another may follow."""

    class Side(models.TextChoices):
        CLIENT = "client", _("Client")
        EXPERT = "expert", _("Expert")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="proof_consents")
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "side"),
                condition=models.Q(withdrawn_at=None),
                name="proof_consent_once_per_side",
            ),
        )
