"""What an uninvolved person decides about a dispute, with a reason for every agreed check."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import ContractCheck
from contracts.models.dispute import Dispute
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class DecisionStatus(models.TextChoices):
    """Where a row of Decision stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for a second person")
    STANDING = "standing", _("Given")
    SENT_BACK = "sent_back", _("Sent back by the second person")
    DROPPED = "dropped", _("No longer needed")


class Decision(Stateful):
    """Round 1 may be appealed once, round 2 is the appeal; large amounts take two persons.

    `public_text` is all that is published of the reasons: it names nobody.
    """

    Status = DecisionStatus

    MOVES = moves(
        propose=([DecisionStatus.DRAFT], DecisionStatus.PROPOSED),
        # One person is enough for the amount.
        give=([DecisionStatus.DRAFT], DecisionStatus.STANDING),
        confirm=([DecisionStatus.PROPOSED], DecisionStatus.STANDING),
        send_back=([DecisionStatus.PROPOSED], DecisionStatus.SENT_BACK),
        # The sides ended the dispute themselves meanwhile.
        drop=([DecisionStatus.PROPOSED], DecisionStatus.DROPPED),
    )

    public_id = PublicIdField(prefix="dec")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    award_minor = models.BigIntegerField()
    reason = models.TextField(max_length=4000)
    public_text = models.TextField(max_length=600)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    needs_two = models.BooleanField()
    # The second person, who confirmed it or sent it back.
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        max_length=24, choices=DecisionStatus.choices, default=DecisionStatus.DRAFT
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(DecisionStatus, "decision_status_known"),
            models.CheckConstraint(
                condition=Q(award_minor__gte=0, round__in=[1, 2]), name="decision_sane"
            ),
            models.CheckConstraint(
                condition=~Q(second=F("by"))
                & (~Q(status="standing", needs_two=True) | Q(second__isnull=False)),
                name="decision_by_two_persons",
            ),
            models.UniqueConstraint(
                fields=("dispute",), condition=Q(status="proposed"), name="decision_one_proposed"
            ),
            models.UniqueConstraint(
                fields=("dispute", "round"),
                condition=Q(status="standing"),
                name="decision_once_a_round",
            ),
        )

    @property
    def award(self) -> Money:
        """What the expert gets of what is frozen."""
        return Money(self.award_minor, self.dispute.milestone.contract.currency)

    @property
    def rest(self) -> Money:
        """What goes back to the client."""
        return self.dispute.amount - self.award

    @property
    def is_on_appeal(self) -> bool:
        """Whether nothing can follow it."""
        return self.round > 1


class DecisionEvent(Transition):
    """What happened to a decision."""

    row = models.ForeignKey(Decision, models.PROTECT, related_name="history")


class Finding(models.Model):
    """What was found about one agreed check, and why."""

    class Verdict(models.TextChoices):
        MET = "met", _("Met")
        MISSED = "missed", _("Not met")
        OPEN = "open", _("Cannot be told")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="findings")
    agreed_check = models.ForeignKey(ContractCheck, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    reason = models.TextField(max_length=1000)

    class Meta:
        ordering = ("agreed_check__position",)
        constraints = (
            models.UniqueConstraint(fields=("decision", "agreed_check"), name="found_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "missed", "open"]), name="finding_verdict_known"
            ),
        )
