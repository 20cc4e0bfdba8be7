"""Released money that comes back from the expert: to the client, or to bear a lost chargeback."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.chargeback import Chargeback
from contracts.models.contract import Contract
from contracts.models.milestone import Milestone, Release
from contracts.models.operation import Operation
from contracts.models.refund import Refund
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class ClawbackQuerySet(models.QuerySet["Clawback"]):
    """Who is part of a clawback."""

    def visible_to(self, user: User | AnonymousUser) -> ClawbackQuerySet:
        """Both sides of its contract."""
        return self.filter(milestone__contract__in=Contract.objects.visible_to(user))


class ClawbackStatus(models.TextChoices):
    """Where a row of Clawback stands."""

    DECIDED = "decided", _("Decided")
    TAKING = "taking", _("Being taken back")
    SHORT = "short", _("The expert's balance is too low")
    RETURNED = "returned", _("Returned to the client")
    REFUSED = "refused", _("Not returned")


S = ClawbackStatus
UNDER_WAY = (S.DECIDED, S.TAKING, S.SHORT)


class Clawback(Stateful):
    """A refund after a release: first it is taken from the expert, only then does it go back.

    The amount is of the expert's price; both sides' fees on it are returned with it.
    """

    class Origin(models.TextChoices):
        EXPERT = "expert", _("Given back by the expert")
        STAFF = "staff", _("Decided by our staff")

    class Cover(models.TextChoices):
        DEBT = "debt", _("The expert owes it; it is kept of later releases")
        GOODWILL = "goodwill", _("We pay it, for good")

    Status = ClawbackStatus

    MOVES = moves(
        begin=([S.DECIDED], S.TAKING),
        # What was to be taken from the expert is not there any more.
        fall_short=([S.TAKING], S.SHORT),
        # All of it has come back, so the client gets it.
        give=([S.TAKING], S.RETURNED),
        # We pay what the expert's balance does not have.
        cover=([S.SHORT], S.RETURNED),
        # The expert gets back what had been taken meanwhile.
        refuse=([S.TAKING, S.SHORT], S.REFUSED),
    )

    public_id = PublicIdField(prefix="clw")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="clawbacks")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    amount_minor = models.BigIntegerField()
    reason = models.TextField(_("why"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # How what was short is borne, who said so, and the second person if one was needed.
    covered_by = models.CharField(max_length=8, choices=Cover.choices, blank=True)
    cover_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cover_second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="clawback"
    )
    created_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DECIDED)

    objects: ClassVar[ClawbackQuerySet] = ClawbackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(ClawbackStatus, "clawback_status_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="clawback_not_empty"),
            models.UniqueConstraint(
                fields=("milestone",), condition=Q(status__in=UNDER_WAY), name="clawback_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(refund__isnull=False),
                name="clawback_ends_with_a_refund",
            ),
            models.CheckConstraint(
                condition=Q(cover_second=None) | ~Q(cover_second=F("cover_by")),
                name="clawback_by_two_persons",
            ),
        )

    @property
    def amount(self) -> Money:
        """The part of the price that comes back."""
        return Money(self.amount_minor, self.milestone.contract.currency)

    @property
    def from_expert(self) -> Money:
        """What it takes from the expert: the amount less our fee on it, which we return."""
        return self.amount - self._sum("expert_fee_minor")

    @property
    def to_client(self) -> Money:
        """What the client gets: the amount and our fee on it."""
        return self.amount + self._sum("client_fee_minor")

    def _sum(self, column: str) -> Money:
        minor = sum(getattr(row, column) for row in self.recoveries.all())
        return Money(minor, self.milestone.contract.currency)


class ClawbackEvent(Transition):
    """What happened to a clawback."""

    row = models.ForeignKey(Clawback, models.PROTECT, related_name="history")


class Recovery(models.Model):
    """A part of one release that comes back, and out of what the expert's share of it comes."""

    class Source(models.TextChoices):
        UNSENT = "unsent", _("Had not been sent yet")
        REVERSAL = "reversal", _("Taken from the expert's account")
        DEBT = "debt", _("Owed by the expert")
        GOODWILL = "goodwill", _("Paid by us")

    public_id = PublicIdField(prefix="rcv")
    release = models.ForeignKey(Release, models.PROTECT, related_name="recoveries")
    clawback = models.ForeignKey(
        Clawback, models.PROTECT, related_name="recoveries", null=True, blank=True
    )
    chargeback = models.ForeignKey(
        Chargeback, models.PROTECT, related_name="recoveries", null=True, blank=True
    )
    # The part of the price, and of it our fees: the expert bears the first less the second.
    gross_minor = models.BigIntegerField()
    expert_fee_minor = models.BigIntegerField()
    client_fee_minor = models.BigIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    # The reversal, where there is one; a source of debt or goodwill says that it failed.
    operation = models.OneToOneField(
        Operation, models.PROTECT, null=True, blank=True, related_name="recovery"
    )
    created_at = models.DateTimeField()
    # The matter ended otherwise: the expert has it again, or is to have it again.
    undone_at = models.DateTimeField(null=True, blank=True)
    # Of an undone debt, what later releases had paid off by then.
    repaid_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(clawback=None) ^ Q(chargeback=None), name="recovery_for_one"
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor__gte=0,
                    expert_fee_minor__gte=0,
                    expert_fee_minor__lte=F("gross_minor"),
                    client_fee_minor__gte=0,
                    repaid_minor__gte=0,
                    repaid_minor__lte=F("gross_minor") - F("expert_fee_minor"),
                ),
                name="recovery_amounts_sane",
            ),
            models.CheckConstraint(
                condition=~Q(source="reversal") | Q(operation__isnull=False),
                name="recovery_by_a_reversal",
            ),
        )

    @property
    def amount(self) -> Money:
        """What the expert bears of it."""
        minor = self.gross_minor - self.expert_fee_minor
        return Money(minor, self.release.milestone.contract.currency)
