"""Who a side is on paper: what invoices call a client organisation and an expert."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from experts.models import Expert


class BillingDetails(models.Model):
    """One version; the latest counts, and the earlier ones stay as the invoices had them."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="billing_details", null=True, blank=True
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, related_name="billing_details", null=True, blank=True
    )
    legal_name = models.CharField(_("legal name"), max_length=160)
    address = models.TextField(_("address"), max_length=400)
    country = models.CharField(_("country"), max_length=2)
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "billing details"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) ^ models.Q(expert__isnull=False),
                name="billing_details_of_one",
            ),
        )
