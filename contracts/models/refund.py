"""Money that goes back to the client who paid it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.milestone import Milestone
from contracts.models.payment import Payment
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money


class Refund(models.Model):
    """Decided once; `operations` says how far it is on its way to the card that paid."""

    class Kind(models.TextChoices):
        GIVEN_BACK = "given_back", _("Given back by the expert")
        AGREED = "agreed", _("Agreed by both sides")
        DECIDED = "decided", _("Decided in a dispute")
        HOLD_LIMIT = "hold_limit", _("Returned at the hold limit")
        NOT_NEEDED = "not_needed", _("Paid for nothing that was open")
        LEFT_OVER = "left_over", _("Left over of prepaid hours")
        NO_MEETING = "no_meeting", _("The consultation did not take place")
        STAFF = "staff", _("Returned by our staff")
        CLAWED_BACK = "clawed_back", _("Given back after its release")
        WON_BACK = "won_back", _("Won back from the client's bank")
        OUTSIDE = "outside", _("Made at Stripe itself")

    public_id = PublicIdField(prefix="rfd")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    # Of which held money it is a part; empty for a payment that funded nothing.
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="refunds", null=True, blank=True
    )
    # The part of the price, and our fee on that part.
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # Why our staff returned it; both sides read it.
    reason = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0, fee_minor__gte=0),
                name="refund_amounts_sane",
            ),
        )

    @property
    def amount(self) -> Money:
        """The part of the price."""
        return Money(self.amount_minor, self.payment.received.currency)

    @property
    def total(self) -> Money:
        """What the client gets back: the part of the price and our fee on it."""
        return self.amount + Money(self.fee_minor, self.amount.currency)
