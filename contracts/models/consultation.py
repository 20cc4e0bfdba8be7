"""Consultations: an expert's price and times, and a time that a client has booked and paid for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.contract import Contract
from contracts.models.milestone import Milestone
from experts.models import Expert
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# What a price is for, and what a time may last.
HALF_HOUR = 30
LENGTHS = (30, 60, 90)
# Until so long before it a client gets all of the money back.
FREE_TO_CANCEL = timedelta(hours=24)
# The milestone that is the time itself.
BOOKED_FIRST = 1
# A time is offered and booked so long ahead at least.
EARLIEST = timedelta(hours=2)
# Whoever waits for the other gives them this long before they may say that nobody came.
GRACE = timedelta(minutes=15)


class Consulting(models.Model):
    """That an expert gives consultations, and for how much."""

    expert = models.OneToOneField(Expert, models.PROTECT, related_name="consulting")
    # For thirty minutes, before our fee.
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(price_minor__gt=0), name="consulting_price_positive"
            ),
        )

    @property
    def price(self) -> Money:
        """What thirty minutes cost, before our fee."""
        return Money(self.price_minor, self.currency)

    def price_of(self, minutes: int) -> Money:
        """What a consultation of this length costs, before our fee."""
        return Money(self.price_minor * minutes // HALF_HOUR, self.currency)


class Slot(models.Model):
    """A time an expert offers: one moment, whatever any clock says of it."""

    public_id = PublicIdField(prefix="slt")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    # Taken from the list by the expert; one that was booked stays with its consultation.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("expert", "starts_at"),
                condition=models.Q(withdrawn_at=None),
                name="offered_slot_once",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__in=LENGTHS), name="offered_slot_length_known"
            ),
        )

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class ConsultationStatus(models.TextChoices):
    """Where a row of Consultation stands."""

    PAYING = "paying", _("Being paid for")
    BOOKED = "booked", _("Booked")
    GIVEN = "given", _("Took place")
    CLIENT_MISSED = "client_missed", _("The client did not come")
    EXPERT_MISSED = "expert_missed", _("The expert did not come")
    RETURNED = "returned", _("Cancelled, money returned")
    LAPSED = "lapsed", _("Not paid for")


S = ConsultationStatus
# These take their time from everybody else.
TAKES_THE_TIME = (S.PAYING, S.BOOKED, S.GIVEN, S.CLIENT_MISSED, S.EXPERT_MISSED)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Who reads a consultation."""

    def visible_to(self, user: User | AnonymousUser) -> ConsultationQuerySet:
        """Both sides."""
        return self.filter(contract__in=Contract.objects.visible_to(user))


class Consultation(Stateful):
    """One booked time; its money is that of its contract's first milestone."""

    Status = ConsultationStatus

    MOVES = moves(
        book=([Status.PAYING], Status.BOOKED),
        lapse=([Status.PAYING], Status.LAPSED),
        # By the expert at any time, by the client until a day before.
        cancel=([Status.BOOKED], Status.RETURNED),
        # The expert says that it took place; the client then has the review window to object.
        give=([Status.BOOKED, Status.EXPERT_MISSED], Status.GIVEN),
        report_client=([Status.BOOKED], Status.CLIENT_MISSED),
        # The expert then has a day to say that it took place after all.
        report_expert=([Status.BOOKED], Status.EXPERT_MISSED),
        give_back=([Status.BOOKED, Status.EXPERT_MISSED], Status.RETURNED),
    )

    public_id = PublicIdField(prefix="cns")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="consultations")
    contract = models.OneToOneField(Contract, models.PROTECT, related_name="consultation")
    question = models.TextField(max_length=2000)
    # When the money goes back unless somebody says something; empty while nothing is due.
    due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.PAYING)

    objects: ClassVar[ConsultationQuerySet] = ConsultationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(ConsultationStatus, "consultation_status_known"),
            models.UniqueConstraint(
                fields=("slot",),
                condition=models.Q(status__in=TAKES_THE_TIME),
                name="offered_slot_taken_once",
            ),
        )

    @property
    def milestone(self) -> Milestone:
        """What was booked; a bonus for it is another milestone."""
        return self.contract.milestones.select_related("contract").get(position=BOOKED_FIRST)


class ConsultationEvent(Transition):
    """What happened to a consultation."""

    row = models.ForeignKey(Consultation, models.PROTECT, related_name="history")
