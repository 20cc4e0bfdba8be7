"""A separately funded deliverable, what was handed in for it and what was released."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

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
    DISPUTED = "disputed", _("In dispute")
    RELEASED = "released", _("Released")
    REFUNDED = "refunded", _("Refunded")
    SETTLED = "settled", _("Settled in parts")
    TAKEN_BACK = "taken_back", _("Taken back by the bank")
    CANCELLED = "cancelled", _("Cancelled")


S = MilestoneStatus
# No money has come for these yet.
UNPAID = (S.PLANNED, S.FUNDING)
# Work goes on, or waits for an answer, and money is held for it.
UNDER_WAY = (S.FUNDED, S.SUBMITTED, S.CHANGES_ASKED)
# Nothing is held any more, and nothing will be.
FINAL = (S.RELEASED, S.REFUNDED, S.SETTLED, S.TAKEN_BACK, S.CANCELLED)


class Milestone(Stateful):
    """The amount is the expert's price; the client pays our fee on top of it."""

    class Kind(models.TextChoices):
        WORK = "work", _("Work")
        # Thanks beyond what was agreed: let go as soon as it is paid for.
        BONUS = "bonus", _("Bonus")
        # Hours of one week, paid for before they are worked.
        HOURS = "hours", _("Prepaid hours")

    Status = MilestoneStatus

    MOVES = moves(
        start_funding=([Status.PLANNED], Status.FUNDING),
        stop_funding=([Status.FUNDING], Status.PLANNED),
        # Money that arrived is a fact, also when we had given the payment up.
        fund=([Status.PLANNED, Status.FUNDING], Status.FUNDED),
        submit=([Status.FUNDED, Status.CHANGES_ASKED], Status.SUBMITTED),
        ask_for_changes=([Status.SUBMITTED], Status.CHANGES_ASKED),
        release=([Status.SUBMITTED], Status.RELEASED),
        # Nobody answered within the review window.
        release_unanswered=([Status.SUBMITTED], Status.RELEASED),
        # The last part of the money was let go, whether or not work was handed in.
        pay_out_rest=(UNDER_WAY, Status.RELEASED),
        # A bonus is the expert's as soon as it is paid.
        pass_on=([Status.FUNDED], Status.RELEASED),
        # All of it went back to the client, or each side got a part.
        refund=(UNDER_WAY, Status.REFUNDED),
        split=(UNDER_WAY, Status.SETTLED),
        dispute=(UNDER_WAY, Status.DISPUTED),
        resume_work=([Status.DISPUTED], Status.FUNDED),
        resume_review=([Status.DISPUTED], Status.SUBMITTED),
        resume_changes=([Status.DISPUTED], Status.CHANGES_ASKED),
        award_expert=([Status.DISPUTED], Status.RELEASED),
        award_client=([Status.DISPUTED], Status.REFUNDED),
        award_both=([Status.DISPUTED], Status.SETTLED),
        # A lost chargeback took what was held.
        take_back=([*UNDER_WAY, Status.DISPUTED], Status.TAKEN_BACK),
        # The bank gave way after all: it stands where it stood.
        restore_work=([Status.TAKEN_BACK], Status.FUNDED),
        restore_review=([Status.TAKEN_BACK], Status.SUBMITTED),
        # A payment that is under way comes back by itself, should it arrive.
        cancel=([Status.PLANNED, Status.FUNDING], Status.CANCELLED),
    )

    public_id = PublicIdField(prefix="mil")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.WORK)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    # What of the price lost chargebacks have taken out of what was held.
    taken_minor = models.BigIntegerField(default=0)
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
            models.CheckConstraint(
                condition=models.Q(taken_minor__gte=0, taken_minor__lte=models.F("amount_minor")),
                name="milestone_taken_sane",
            ),
        )

    @property
    def amount(self) -> Money:
        """The expert's price for this milestone, before our fee."""
        return Money(self.amount_minor, self.contract.currency)

    @property
    def is_bonus(self) -> bool:
        """Whether it is a bonus and no part of the agreed work."""
        return self.kind == self.Kind.BONUS

    @property
    def is_hours(self) -> bool:
        """Whether it is a week of hours that is paid for ahead."""
        return self.kind == self.Kind.HOURS

    @property
    def is_made_to_be_paid(self) -> bool:
        """Whether it was made by paying for it: not paid, it is given up, and owed by nobody."""
        return self.kind != self.Kind.WORK

    @property
    def is_agreed(self) -> bool:
        """Whether it is part of the work both sides agreed on and neither gave up."""
        return not self.is_bonus and self.status != S.CANCELLED

    @property
    def hold_until(self) -> datetime | None:
        """Until when its money may be held; nothing before it is funded."""
        return self.funded_at + timedelta(days=settings.HOLD_LIMIT_DAYS) if self.funded_at else None

    @property
    def released(self) -> Money:
        """What was let go so far; no query where the releases, or their sum, came with it."""
        if "released_minor" in self.__dict__:
            return self._sum([self.__dict__["released_minor"]])
        return self._sum(row.gross_minor for row in self.releases.all())

    @property
    def returned(self) -> Money:
        """What went back to the client of the price, our fee on it apart; fetched likewise."""
        if "returned_minor" in self.__dict__:
            return self._sum([self.__dict__["returned_minor"]])
        return self._sum(row.amount_minor for row in self.refunds.all())

    @property
    def taken(self) -> Money:
        """What lost chargebacks took of the price while it was held."""
        return self._sum([self.taken_minor])

    @property
    def gone(self) -> Money:
        """What of the price is no longer held, whoever has it: fees are earned in this order."""
        return self.released + self.returned + self.taken

    @property
    def held(self) -> Money:
        """What is still held of the price; zero before it is funded and after it is over."""
        if self.status not in {*UNDER_WAY, S.DISPUTED}:
            return self._sum(())
        return self.amount - self.gone

    def _sum(self, minors: Iterable[int]) -> Money:
        return Money(sum(minors), self.contract.currency)


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
    # Of all that was handed in, see `contracts.written`; empty before there were fingerprints.
    sha256 = models.CharField(max_length=64, blank=True)
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
    """A part of the held money that was let go; gross is what leaves the project funds for it."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved by the client")
        PART = "part", _("Part released by the client")
        UNANSWERED = "unanswered", _("Released after the review window")
        AGREED = "agreed", _("Agreed by both sides")
        DECIDED = "decided", _("Decided in a dispute")
        HOLD_LIMIT = "hold_limit", _("Released at the hold limit")
        BONUS = "bonus", _("Bonus")
        WON_BACK = "won_back", _("Won back from the client's bank")
        OUTSIDE = "outside", _("Made at Stripe itself")
        HOURS = "hours", _("Hours released")

    public_id = PublicIdField(prefix="rel")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="releases")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.APPROVED)
    # The first release of a milestone is 1, the next one 2: their fees add up in this order.
    number = models.PositiveSmallIntegerField(default=1)
    gross_minor = models.BigIntegerField()
    expert_fee_minor = models.BigIntegerField()
    client_fee_minor = models.BigIntegerField()
    # What of the expert's part pays back what they owe us after a failed clawback.
    netted_minor = models.BigIntegerField(default=0)
    # Empty when time decided.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("milestone", "number"), name="release_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    gross_minor__gt=0,
                    expert_fee_minor__gte=0,
                    expert_fee_minor__lte=models.F("gross_minor"),
                    client_fee_minor__gte=0,
                    netted_minor__gte=0,
                    netted_minor__lte=models.F("gross_minor") - models.F("expert_fee_minor"),
                ),
                name="release_amounts_sane",
            ),
        )

    @property
    def gross(self) -> Money:
        """What left the project funds."""
        return Money(self.gross_minor, self.milestone.contract.currency)

    @property
    def net(self) -> Money:
        """What the expert earned with it, after our fee."""
        return Money(self.gross_minor - self.expert_fee_minor, self.milestone.contract.currency)

    @property
    def sent(self) -> Money:
        """What is transferred: the net, less what pays back a debt."""
        return Money(self.net.minor - self.netted_minor, self.milestone.contract.currency)
