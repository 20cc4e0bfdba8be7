"""One attempt of a client to fund one milestone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.milestone import Milestone
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# A milestone has at most one payment in these states.
LIVE_PAYMENTS = ("created", "open", "processing")
# Stripe's bounds for one charge in minor units (docs.stripe.com/api/charges/create, "amount").
SMALLEST_CHARGE = 50
LARGEST_CHARGE = 99_999_999


class PaymentStatus(models.TextChoices):
    """Where a row of Payment stands."""

    CREATED = "created", _("Being prepared")
    OPEN = "open", _("Waiting for the client")
    PROCESSING = "processing", _("Processing")
    HELD = "held", _("Held")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    MISMATCH = "mismatch", _("Does not match")
    RETURNED = "returned", _("Returned")


S = PaymentStatus
# No money has been taken note of.
NOT_TAKEN = (S.CREATED, S.OPEN, S.PROCESSING, S.FAILED, S.EXPIRED)


class Payment(Stateful):
    """Decided by what Stripe says of it, never by the page the client returns to."""

    Status = PaymentStatus

    MOVES = moves(
        open=([Status.CREATED], Status.OPEN),
        # A bank refused a card; another may be tried on the same page.
        refuse=([Status.OPEN], Status.OPEN),
        process=([Status.CREATED, Status.OPEN], Status.PROCESSING),
        fail=([Status.CREATED, Status.OPEN, Status.PROCESSING], Status.FAILED),
        expire=([Status.CREATED, Status.OPEN], Status.EXPIRED),
        # Money is a fact: it beats whatever we had concluded before it came.
        hold=(NOT_TAKEN, Status.HELD),
        flag=(NOT_TAKEN, Status.MISMATCH),
        # It came for something that was paid already, or that is no longer to be paid.
        send_back=([*NOT_TAKEN, Status.MISMATCH], Status.RETURNED),
        # A person has looked at what did not match: it counts after all.
        adopt=([Status.MISMATCH], Status.HELD),
    )

    public_id = PublicIdField(prefix="pay")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="payments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    intent_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    charge_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    # Names the movement on our Stripe balance, and with it Stripe's fee; comes after the charge.
    balance_transaction_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    # Stripe's name for the card, the same for whoever uses it; of a bank debit there is none.
    card = models.CharField(max_length=80, blank=True, db_default="")
    # What the bank said when it last refused the card, in Stripe's word.
    refused_with = models.CharField(max_length=80, blank=True)
    # What came; empty until something has.
    received_minor = models.BigIntegerField(null=True, blank=True)
    received_currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.CREATED)

    class Meta:
        constraints = (
            status_is_known(PaymentStatus, "payment_status_known"),
            models.UniqueConstraint(
                fields=("milestone",),
                condition=models.Q(status__in=LIVE_PAYMENTS),
                name="payment_one_live",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    amount_minor__gt=0,
                    fee_minor__gte=0,
                    amount_minor__gte=SMALLEST_CHARGE - models.F("fee_minor"),
                    amount_minor__lte=LARGEST_CHARGE - models.F("fee_minor"),
                ),
                name="payment_amount_chargeable",
            ),
        )

    @property
    def total(self) -> Money:
        """What the client's card is charged: the milestone and our fee."""
        return Money(self.amount_minor + self.fee_minor, self.currency)

    @property
    def received(self) -> Money:
        """What came: the total, unless something went wrong; the total too while nothing has."""
        if self.received_minor is None:
            return self.total
        return Money(self.received_minor, self.received_currency)


class PaymentEvent(Transition):
    """What happened to a payment."""

    row = models.ForeignKey(Payment, models.PROTECT, related_name="history")

    class Meta(Transition.Meta):
        indexes = (
            models.Index(
                fields=("at",), condition=models.Q(verb="refuse"), name="payment_refusals"
            ),
        )
