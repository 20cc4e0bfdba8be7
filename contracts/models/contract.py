"""An accepted offer: two parties, frozen terms, milestones under it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from operator import eq, ge, le
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models.offer import Offer
from experts.models import Expert
from jobs.models import Job
from jobs.models.plan import AcceptanceCheck, Comparator
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

if TYPE_CHECKING:
    from contracts.models.declaration import Declaration
    from contracts.models.milestone import Milestone
    from contracts.models.terms import TermsVersion

# How long each side may rate the other, unseen, after the last release (as at Upwork).
FEEDBACK_WINDOW = timedelta(days=14)
# How long after its end the expert may be paid a bonus.
THANKS_WINDOW = timedelta(days=30)


class ContractQuerySet(models.QuerySet["Contract"]):
    """Who is part of a contract."""

    def visible_to(self, user: User | AnonymousUser) -> ContractQuerySet:
        """The expert and the client's members."""
        if not isinstance(user, User):
            return self.none()
        # Not by a join: one of an organisation's contracts with each of its members is many rows.
        own = Organisation.objects.visible_to(user)
        return self.filter(models.Q(expert__user=user) | models.Q(organisation__in=own))


class ContractStatus(models.TextChoices):
    """Where a row of Contract stands."""

    ACCEPTED = "accepted", _("Accepted")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDING = "ending", _("Ending")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


S = ContractStatus
# Nobody has ended it: work goes on, or will go on after a pause; or money is still held for it.
GOING = (S.ACTIVE, S.PAUSED)
ALIVE = (*GOING, S.ENDING)


class ContractKind(models.TextChoices):
    """By what the expert is paid."""

    FIXED = "fixed", _("Fixed price")
    HOURLY = "hourly", _("By the hour")
    CONSULTATION = "consultation", _("Consultation")


class Contract(Stateful):
    """Its money is in the ledger; its status says only whether work is left."""

    Kind = ContractKind

    class EndReason(models.TextChoices):
        DONE = "done", _("The work that was needed is done")
        SCOPE = "scope", _("What is needed has changed")
        BUDGET = "budget", _("The budget has changed")
        FIT = "fit", _("It is not a good fit")
        TIME = "time", _("There is no time for it")
        OTHER = "other", _("Another reason")

    Status = ContractStatus

    MOVES = moves(
        start=([Status.ACCEPTED], Status.ACTIVE),
        # Nothing new is asked or paid for; what is held keeps its clocks.
        pause=([Status.ACTIVE], Status.PAUSED),
        resume=([Status.PAUSED], Status.ACTIVE),
        # Nothing new is begun; what is held runs its course.
        end=(GOING, Status.ENDING),
        complete=(ALIVE, Status.COMPLETED),
        # Every milestone is over and none was paid.
        cancel=(ALIVE, Status.CANCELLED),
        # Money that a bank had taken is held again.
        reopen=([Status.COMPLETED, Status.CANCELLED], Status.ACTIVE),
    )

    public_id = PublicIdField(prefix="con")
    # What it came from; a consultation is booked without either.
    offer = models.OneToOneField(
        Offer, models.PROTECT, related_name="contract", null=True, blank=True
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="contracts", null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FIXED)
    title = models.CharField(max_length=120)
    # Of hourly work: the price of an hour, and how many of a week may be paid for.
    rate_minor = models.BigIntegerField(null=True, blank=True)
    weekly_minutes = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="usd")
    client_fee_bps = models.PositiveSmallIntegerField()
    expert_fee_bps = models.PositiveSmallIntegerField()
    review_window_days = models.PositiveSmallIntegerField()
    # As the offer named them; see `contracts/clauses.py`.
    clauses = models.JSONField(default=list, blank=True)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # Why one side, or both, wanted it to end before all of the work was done.
    end_reason = models.CharField(max_length=8, choices=EndReason.choices, blank=True)
    end_note = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.ACCEPTED)

    objects: ClassVar[ContractQuerySet] = ContractQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(ContractStatus, "contract_status_known"),
            models.CheckConstraint(
                condition=models.Q(kind="consultation")
                | models.Q(offer__isnull=False, job__isnull=False),
                name="contract_comes_from_an_offer",
            ),
            # Hourly terms, and no others, have a rate in whole units of money and a weekly limit.
            models.CheckConstraint(
                condition=models.Q(kind="hourly", rate_minor__gt=0, weekly_minutes__gt=0)
                & models.Q(rate_minor=models.F("rate_minor") / 100 * 100)
                | ~models.Q(kind="hourly") & models.Q(rate_minor=None, weekly_minutes=None),
                name="contract_rate_fits_kind",
            ),
        )

    @property
    def is_hourly(self) -> bool:
        """Whether the expert is paid by the hour."""
        return self.kind == ContractKind.HOURLY

    @property
    def rate(self) -> Money:
        """The price of an hour, before our fee; nothing where none was agreed."""
        return Money(self.rate_minor or 0, self.currency)

    @property
    def is_consultation(self) -> bool:
        """Whether it is one booked time."""
        return self.kind == ContractKind.CONSULTATION

    def price_of(self, minutes: int) -> Money:
        """What so much time costs, before our fee; exact, because time is counted in quarters."""
        return Money(self.rate.minor * minutes // 60, self.currency)

    @property
    def total(self) -> Money:
        """What the expert is paid over all milestones, before fees."""
        return total_of((row.amount for row in self.agreed_milestones), self.currency)

    @property
    def agreed_milestones(self) -> list[Milestone]:
        """The work both sides agreed on and neither gave up."""
        return [row for row in self.milestones.all() if row.is_agreed]

    @property
    def latest_terms(self) -> TermsVersion | None:
        """What holds now; no query where the versions were fetched with it."""
        rows = list(self.terms.all())
        return rows[-1] if rows else None

    @property
    def latest_declaration(self) -> Declaration | None:
        """What was last declared of its models; no query where the work was fetched with it."""
        works = [work for row in self.milestones.all() for work in row.submissions.all()]
        found = [work.declaration for work in works if hasattr(work, "declaration")]
        return max(found, key=lambda row: row.pk, default=None)

    @property
    def held(self) -> Money:
        """What is held for its milestones, before fees."""
        return total_of((row.held for row in self.milestones.all()), self.currency)

    @property
    def released(self) -> Money:
        """What was let go, bonuses included, before fees."""
        return total_of((row.released for row in self.milestones.all()), self.currency)

    @property
    def returned(self) -> Money:
        """What went back to the client of the price."""
        return total_of((row.returned for row in self.milestones.all()), self.currency)

    @property
    def paid(self) -> Money:
        """What the expert was paid for the work, before fees; bonuses are no measure of it."""
        work = (row for row in self.milestones.all() if not row.is_bonus)
        return total_of((row.released for row in work), self.currency)

    @property
    def agreed_checks(self) -> list[ContractCheck]:
        """The checks that hold now; no query where the checks were fetched with it."""
        return [row for row in self.checks.all() if row.is_agreed]

    @property
    def is_frozen(self) -> bool:
        """Whether its money stands still; no query where the freezes were fetched with it.

        A verb asks a row it has just locked, of which nothing was fetched before.
        """
        return any(row.lifted_at is None for row in self.freezes.all())

    @property
    def feedback_until(self) -> datetime | None:
        """When the window to rate each other ends; nothing while work is left."""
        return self.completed_at + FEEDBACK_WINDOW if self.completed_at else None

    def may_be_rated(self, at: datetime) -> bool:
        """Whether the window to rate each other is open."""
        return self.feedback_until is not None and at < self.feedback_until

    def may_be_thanked(self, at: datetime) -> bool:
        """Whether a bonus may be paid: while it runs, and for a while after it is complete."""
        is_over = self.status == S.COMPLETED and self.completed_at is not None
        return self.status in ALIVE or bool(
            is_over and self.completed_at and at < self.completed_at + THANKS_WINDOW
        )


class ContractEvent(Transition):
    """What happened to a contract."""

    row = models.ForeignKey(Contract, models.PROTECT, related_name="history")


class Freeze(models.Model):
    """While one is open, nobody moves the contract's money: timers stand still, pages say so."""

    class Reason(models.TextChoices):
        CHARGEBACK = "chargeback", _("The client's bank is taking a payment back")
        PAYMENT = "payment", _("A payment does not match what was asked")
        ACCOUNT = "account", _("An account is being looked at")
        STAFF = "staff", _("Our staff are looking at it")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="freezes")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    # Names what it is about, so that one cause freezes once: "cbk_…".
    source = models.CharField(max_length=80)
    since = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Why, in the words of who stopped it; both sides may be shown it.
    note = models.TextField(max_length=1000, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Why, in the words of who lifted it.
    lifted_note = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lifted_note="") | models.Q(lifted_at__isnull=False),
                name="freeze_note_once_lifted",
            ),
            models.UniqueConstraint(
                fields=("contract", "source"),
                condition=models.Q(lifted_at=None),
                name="freeze_one_open",
            ),
        )


# What people write for a figure: 0.95, 1,200, -3; the unit may follow.
FIGURE = re.compile(r"([-\N{MINUS SIGN}]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(.*)", re.DOTALL)
HOLDS = {Comparator.AT_LEAST: ge, Comparator.AT_MOST: le, Comparator.EQUALS: eq}


class ContractCheck(AcceptanceCheck):
    """One acceptance check both sides agreed to.

    What was measured keeps the check it was measured by: a changed one is another row.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="checks")
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta(AcceptanceCheck.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "position"),
                condition=models.Q(dropped_at=None),
                name="contract_check_once",
            ),
        )

    @property
    def is_agreed(self) -> bool:
        """Whether it holds now."""
        return self.dropped_at is None

    def is_met_by(self, value: str) -> bool | None:
        """Hold a measured value against the target; None where only a reader can tell."""
        holds = HOLDS.get(Comparator(self.comparator))
        target, measured = self._figure(self.target), self._figure(value)
        if holds is None or target is None or measured is None:
            return None
        return bool(holds(measured, target))

    def needs_a_sentence(self, value: str) -> bool:
        """Whether a reading has to be explained: nothing was measured, or the target was missed."""
        return not value or self.is_met_by(value) is False

    def _figure(self, text: str) -> Decimal | None:
        """Read a number in this check's unit; another unit ("2900 ms" for "s") is not compared."""
        found = FIGURE.fullmatch(text.strip())
        if not found or found[2].strip() not in {"", self.unit, self.unit.partition(" ")[0]}:
            return None
        return Decimal(found[1].replace(",", "").replace("\N{MINUS SIGN}", "-"))
