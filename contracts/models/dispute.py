"""A disagreement on one milestone: what each side says and wants, and where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.contract import Contract, ContractCheck
from contracts.models.feedback import Feedback
from contracts.models.milestone import Milestone
from experts.models import Upload
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

Side = Feedback.Side

# The clock (product.md, D9): how long each phase lasts, from when it begins.
ANSWER_WITHIN = timedelta(days=3)
SETTLE_WITHIN = timedelta(days=4)
DECIDE_WITHIN = timedelta(days=7)
APPEAL_WITHIN = timedelta(days=5)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Who is part of a dispute."""

    def visible_to(self, user: User | AnonymousUser) -> DisputeQuerySet:
        """Both sides of its contract."""
        return self.filter(milestone__contract__in=Contract.objects.visible_to(user))

    def going_on(self) -> DisputeQuerySet:
        """Those that still hold money back."""
        return self.filter(status__in=OPEN_DISPUTES)


class DisputeStatus(models.TextChoices):
    """Where a row of Dispute stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    SETTLING = "settling", _("Being settled")
    SETTLED = "settled", _("Settled")
    DECIDING = "deciding", _("Waits for a decision")
    DECIDED = "decided", _("Decided")
    APPEALED = "appealed", _("Appealed")
    FINAL = "final", _("Final")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    VOID = "void", _("Without object")


S = DisputeStatus
# The two sides may still settle it between themselves.
BETWEEN_THE_SIDES = (S.ANSWERED, S.SETTLING)
# Our staff have the word.
WITH_STAFF = (S.DECIDING, S.APPEALED)
OPEN_DISPUTES = (S.DRAFT, S.OPEN, *BETWEEN_THE_SIDES, *WITH_STAFF, S.DECIDED)
# Money has moved because of it.
AWARDED = (S.SETTLED, S.FINAL)
# What staff may read: before this the matter is between the sides.
BEFORE_STAFF = (*WITH_STAFF, S.DECIDED, S.FINAL)


class Outcome(models.TextChoices):
    """How a dispute ended with money."""

    NUMBERS = "numbers", _("Settled by the amounts both would accept")
    CONCEDED = "conceded", _("One side agreed to what the other asked for")
    UNANSWERED = "unanswered", _("The other side did not answer in time")
    DECIDED = "decided", _("Decided, and not appealed")
    ON_APPEAL = "on_appeal", _("Decided on appeal")


# Nobody agreed to these: somebody has lost.
IMPOSED = (Outcome.UNANSWERED, Outcome.DECIDED, Outcome.ON_APPEAL)


class Dispute(Stateful):
    """Freezes what is held for its milestone until both sides agree, or somebody has decided.

    Amounts are of the expert's price, before fees; what the expert does not get goes back to the
    client. `due_at` is the end of the present phase, `suspended_at` stops that clock.
    """

    Status = DisputeStatus
    Side = Side
    Outcome = Outcome

    MOVES = moves(
        open=([S.DRAFT], S.OPEN),
        answer=([S.OPEN], S.ANSWERED),
        # The first of the two amounts came in.
        start_settling=([S.ANSWERED], S.SETTLING),
        # The two amounts meet.
        settle=([S.SETTLING], S.SETTLED),
        # One side agreed to what the other asks for.
        concede=([S.OPEN, *BETWEEN_THE_SIDES, S.DECIDING], S.SETTLED),
        # Nobody answered in time: the claim is granted.
        grant_unanswered=([S.OPEN], S.FINAL),
        # Nobody settled it in time.
        send_to_staff=(BETWEEN_THE_SIDES, S.DECIDING),
        decide=([S.DECIDING], S.DECIDED),
        appeal=([S.DECIDED], S.APPEALED),
        # Nobody appealed in time.
        finish=([S.DECIDED], S.FINAL),
        decide_appeal=([S.APPEALED], S.FINAL),
        withdraw=([S.OPEN, *BETWEEN_THE_SIDES, S.DECIDING], S.WITHDRAWN),
        # The bank took the money it was about.
        void=([S.OPEN, *BETWEEN_THE_SIDES, *WITH_STAFF, S.DECIDED], S.VOID),
    )

    public_id = PublicIdField(prefix="dsp")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="disputes")
    opener = models.CharField(max_length=6, choices=Side.choices)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What is held, and frozen, for the milestone.
    amount_minor = models.BigIntegerField()
    # What each side wants the expert to get.
    claim_minor = models.BigIntegerField()
    answer_minor = models.BigIntegerField(null=True, blank=True)
    # What the expert gets: decided or agreed; the money moves when it is settled or final.
    award_minor = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Who of our staff has taken it, and since when.
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[DisputeQuerySet] = DisputeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(DisputeStatus, "dispute_status_known"),
            models.UniqueConstraint(
                fields=("milestone",),
                condition=Q(status__in=OPEN_DISPUTES),
                name="dispute_one_open",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, claim_minor__range=(0, F("amount_minor")))
                & (Q(answer_minor=None) | Q(answer_minor__range=(0, F("amount_minor"))))
                & (Q(award_minor=None) | Q(award_minor__range=(0, F("amount_minor")))),
                name="dispute_amounts_sane",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=AWARDED)
                | Q(award_minor__isnull=False, outcome__gt="", ended_at__isnull=False),
                name="dispute_ends_with_an_award",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[s for s in OPEN_DISPUTES if s != S.DRAFT])
                | Q(due_at__isnull=False),
                name="dispute_clock_runs",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(status__in=OPEN_DISPUTES), name="dispute_due"
            ),
        )

    @property
    def amount(self) -> Money:
        """What is frozen."""
        return self._money(self.amount_minor)

    @property
    def claim(self) -> Money:
        """What the opener wants the expert to get."""
        return self._money(self.claim_minor)

    @property
    def answer(self) -> Money | None:
        """What the other side wants the expert to get; nothing before it has answered."""
        return None if self.answer_minor is None else self._money(self.answer_minor)

    @property
    def award(self) -> Money | None:
        """What the expert gets; nothing before it is agreed or decided."""
        return None if self.award_minor is None else self._money(self.award_minor)

    @property
    def rest(self) -> Money | None:
        """What goes back to the client; nothing before it is agreed or decided."""
        return None if self.award is None else self.amount - self.award

    @property
    def is_going_on(self) -> bool:
        """Whether it still holds money back."""
        return self.status in OPEN_DISPUTES

    @property
    def other_side(self) -> str:
        """The side that has to answer."""
        return Side.CLIENT if self.opener == Side.EXPERT else Side.EXPERT

    @property
    def loser(self) -> str:
        """The side whose wish was farther from what was imposed; nobody who agreed has lost."""
        if self.award_minor is None or self.outcome not in IMPOSED:
            return ""
        if self.answer_minor is None:
            return self.other_side
        to_opener = abs(self.claim_minor - self.award_minor)
        to_other = abs(self.answer_minor - self.award_minor)
        if to_opener == to_other:
            return ""
        return self.opener if to_opener > to_other else self.other_side

    def wish_of(self, side: str) -> Money | None:
        """What a side has asked for, in front of both."""
        return self.claim if side == self.opener else self.answer

    def is_overdue(self, at: datetime) -> bool:
        """Whether the present phase should have ended by now."""
        return self.due_at is not None and self.suspended_at is None and self.due_at <= at

    def _money(self, minor: int) -> Money:
        return Money(minor, self.milestone.contract.currency)


class DisputeEvent(Transition):
    """What happened to a dispute."""

    row = models.ForeignKey(Dispute, models.PROTECT, related_name="history")


class Statement(models.Model):
    """What one side says, kept word for word: the database refuses to change it.

    `digest` is the SHA-256 of all of it, the fingerprints of its files included, and is shown to
    both sides (docs/disputes.md says how it is made).
    """

    class Kind(models.TextChoices):
        CLAIM = "claim", _("Opens the dispute")
        ANSWER = "answer", _("Answers")
        ADDITION = "addition", _("Adds")
        APPEAL = "appeal", _("Appeals")

    public_id = PublicIdField(prefix="stm")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["claim", "answer", "addition", "appeal"]),
                name="statement_kind_known",
            ),
            # Each is made once; only additions may be several.
            models.UniqueConstraint(
                fields=("dispute", "kind"),
                condition=~Q(kind="addition"),
                name="statement_once",
            ),
        )


class Remark(models.Model):
    """What a statement says about one agreed check."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="remarks")
    agreed_check = models.ForeignKey(ContractCheck, models.PROTECT, related_name="+")
    text = models.CharField(max_length=600)

    class Meta:
        ordering = ("agreed_check__position",)
        constraints = (
            models.UniqueConstraint(fields=("statement", "agreed_check"), name="remarked_once"),
        )


class Exhibit(models.Model):
    """A link, or a private file with the fingerprint it had when it was handed in."""

    public_id = PublicIdField(prefix="exh")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="exhibits")
    url = models.URLField(max_length=500, blank=True)
    upload = models.OneToOneField(
        Upload, models.PROTECT, null=True, blank=True, related_name="exhibit"
    )
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(url__gt="", upload=None, sha256="")
                | Q(url="", upload__isnull=False, sha256__gt=""),
                name="exhibit_one_source",
            ),
        )


class SettlementOffer(models.Model):
    """The amount for the expert that one side would accept; the latest of a side counts.

    The other side never sees it, nor do staff: no page, interface or record shows this table.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="offers")
    side = models.CharField(max_length=6, choices=Side.choices)
    amount_minor = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="settlement_offer_not_negative"
            ),
        )
