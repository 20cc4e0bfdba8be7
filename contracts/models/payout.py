"""An expert's account at Stripe, and what leaves it for their bank, as we last saw them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class PayoutAccount(models.Model):
    """A mirror: ask Stripe again before money depends on it."""

    expert = models.OneToOneField(Expert, models.PROTECT, related_name="payout_account")
    stripe_id = models.CharField(max_length=255, unique=True)
    country = models.CharField(max_length=2)
    can_receive = models.BooleanField(default=False)
    requirements_due = models.JSONField(default=list)
    is_closed = models.BooleanField(default=False)
    is_rejected = models.BooleanField(default=False)
    # Stripe's name for the bank account behind it, once we have heard of one.
    bank = models.CharField(max_length=80, blank=True, db_default="")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    # When we first heard of bank details, and until when new ones wait for their owner to object.
    details_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    def takes_money(self, at: datetime) -> bool:
        """Whether money may be sent to it now."""
        return self.can_receive and (self.held_until is None or self.held_until <= at)

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


class ExpertPayoutStatus(models.TextChoices):
    """Where a row of ExpertPayout stands."""

    NOTICED = "noticed", _("Noticed")
    PENDING = "pending", _("Being prepared")
    IN_TRANSIT = "in_transit", _("On its way to the bank")
    PAID = "paid", _("With the bank")
    FAILED = "failed", _("Sent back by the bank")
    CANCELED = "canceled", _("Cancelled")


P = ExpertPayoutStatus


class ExpertPayout(Stateful):
    """Money on its way from an expert's account at Stripe to their bank; we only watch it."""

    Status = ExpertPayoutStatus

    MOVES = moves(
        prepare=([P.NOTICED], P.PENDING),
        leave=([P.NOTICED, P.PENDING], P.IN_TRANSIT),
        arrive=([P.NOTICED, P.PENDING, P.IN_TRANSIT], P.PAID),
        # A bank may send back for some days what it had called paid.
        fail=([P.NOTICED, P.PENDING, P.IN_TRANSIT, P.PAID], P.FAILED),
        cancel=([P.NOTICED, P.PENDING, P.IN_TRANSIT], P.CANCELED),
    )

    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="payouts")
    stripe_id = models.CharField(max_length=255, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    arrives_on = models.DateField()
    is_automatic = models.BooleanField()
    failure_code = models.CharField(max_length=80, blank=True)
    # The payout that this one takes back, as Stripe names it.
    original_id = models.CharField(max_length=255, blank=True)
    noticed_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.NOTICED)

    class Meta:
        ordering = ("-pk",)
        constraints = (status_is_known(ExpertPayoutStatus, "expert_payout_status_known"),)

    @property
    def amount(self) -> Money:
        """What is on its way."""
        return Money(self.amount_minor, self.currency)


class ExpertPayoutEvent(Transition):
    """What happened to an expert's payout."""

    row = models.ForeignKey(ExpertPayout, models.PROTECT, related_name="history")
