"""A separately funded deliverable, what was handed in for it and what was released."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract, ContractCheck
from experts.models import ModelRelease
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class MilestoneStatus(models.TextChoices):
    """Where a row of Milestone stands."""

    PLANNED = "planned", _("Not funded")
    FUNDING = "funding", _("Payment under way")
    FUNDED = "funded", _("Funded")
    SUBMITTED = "submitted", _("In review")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    RELEASED = "released", _("Released")


class Milestone(Stateful):
    """The amount is the expert's price; the client pays our fee on top of it."""

    Status = MilestoneStatus

    MOVES = moves(
        start_funding=([Status.PLANNED], Status.FUNDING),
        stop_funding=([Status.FUNDING], Status.PLANNED),
        # Money that arrived is a fact, also when we had given the payment up.
        fund=([Status.PLANNED, Status.FUNDING], Status.FUNDED),
        submit=([Status.FUNDED, Status.CHANGES_ASKED], Status.SUBMITTED),
        ask_for_changes=([Status.SUBMITTED], Status.CHANGES_ASKED),
        release=([Status.SUBMITTED], Status.RELEASED),
    )

    public_id = PublicIdField(prefix="mil")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    due_on = models.DateField()
    funded_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Until when the client means to answer; empty while the clock stands still.
    review_due_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.PLANNED)

    class Meta:
        ordering = ("position",)
        constraints = (
            status_is_known(MilestoneStatus, "milestone_status_known"),
            models.UniqueConstraint(
                fields=("contract", "position"), name="milestone_position_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="milestone_amount_positive"
            ),
        )

    @property
    def amount(self) -> Money:
        """The expert's price for this milestone, before our fee."""
        return Money(self.amount_minor, self.contract.currency)


class MilestoneEvent(Transition):
    """What happened to a milestone."""

    row = models.ForeignKey(Milestone, models.PROTECT, related_name="history")


class Submission(models.Model):
    """Work handed in; a milestone keeps every one."""

    public_id = PublicIdField(prefix="sub")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="submissions")
    note = models.TextField(_("what you hand in"), max_length=4000)
    link = models.URLField(_("link"), max_length=500, blank=True)
    # The models it runs on: both sides are warned when one of them retires.
    built_on = models.ManyToManyField(ModelRelease, related_name="submissions", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)


class Measure(models.Model):
    """What was measured for one agreed check; a missed or missing value carries a sentence."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="measures")
    agreed_check = models.ForeignKey(ContractCheck, models.PROTECT, related_name="measures")
    value = models.CharField(_("measured"), max_length=60, blank=True)
    explanation = models.CharField(_("how, or why not"), max_length=400, blank=True)
    # Empty when the target is not a number, so that nothing but a reader can tell.
    is_met = models.BooleanField(null=True)

    class Meta:
        ordering = ("agreed_check__position",)
        constraints = (
            models.UniqueConstraint(fields=("submission", "agreed_check"), name="measured_once"),
        )


class ChangeRequest(models.Model):
    """What the client wants changed, naming the checks that fail."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="change_request")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(max_length=2000)
    failing = models.ManyToManyField(ContractCheck, related_name="+", blank=True)
    created_at = models.DateTimeField()


class Release(models.Model):
    """Held money that the client let go; gross is what leaves the project funds for the expert."""

    public_id = PublicIdField(prefix="rel")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="releases")
    gross_minor = models.BigIntegerField()
    expert_fee_minor = models.BigIntegerField()
    client_fee_minor = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("milestone",), name="release_once"),
            models.CheckConstraint(
                condition=models.Q(
                    gross_minor__gt=0,
                    expert_fee_minor__gte=0,
                    expert_fee_minor__lte=models.F("gross_minor"),
                    client_fee_minor__gte=0,
                ),
                name="release_amounts_sane",
            ),
        )

    @property
    def net(self) -> Money:
        """What the expert is paid."""
        return Money(self.gross_minor - self.expert_fee_minor, self.milestone.contract.currency)
