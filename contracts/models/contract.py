"""An accepted offer: two parties, frozen terms, milestones under it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models.offer import Offer
from experts.models import Expert
from jobs.models import Job
from jobs.models.job import Comparator
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class ContractQuerySet(models.QuerySet["Contract"]):
    """Who is part of a contract."""

    def visible_to(self, user: User | AnonymousUser) -> ContractQuerySet:
        """The expert and the client's members."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(
            models.Q(expert__user=user) | models.Q(organisation__memberships__user=user)
        ).distinct()


class ContractStatus(models.TextChoices):
    """Where a row of Contract stands."""

    ACCEPTED = "accepted", _("Accepted")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")


class Contract(Stateful):
    """Its money is in the ledger; its status says only whether work is left."""

    Status = ContractStatus

    MOVES = moves(
        start=([Status.ACCEPTED], Status.ACTIVE),
        complete=([Status.ACTIVE], Status.COMPLETED),
    )

    public_id = PublicIdField(prefix="con")
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="contract")
    job = models.ForeignKey(Job, models.PROTECT, related_name="contracts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="contracts")
    title = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="usd")
    client_fee_bps = models.PositiveSmallIntegerField()
    expert_fee_bps = models.PositiveSmallIntegerField()
    review_window_days = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.ACCEPTED)

    objects: ClassVar[ContractQuerySet] = ContractQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (status_is_known(ContractStatus, "contract_status_known"),)


class ContractEvent(Transition):
    """What happened to a contract."""

    row = models.ForeignKey(Contract, models.PROTECT, related_name="history")


class ContractCheck(models.Model):
    """One acceptance check both sides agreed to."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="checks")
    position = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=120)
    comparator = models.CharField(max_length=2, choices=Comparator.choices)
    target = models.CharField(max_length=60)
    unit = models.CharField(max_length=20, blank=True)
    how = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("contract", "position"), name="contract_check_once"),
        )
