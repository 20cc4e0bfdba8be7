"""A payment that the client's bank questions or takes back, and what we answer.

At Stripe it is a dispute; ours are disagreements between the two sides, so the word stays apart.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.contract import Contract
from contracts.models.payment import Payment
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class ChargebackQuerySet(models.QuerySet["Chargeback"]):
    """Who is told of a chargeback."""

    def visible_to(self, user: User | AnonymousUser) -> ChargebackQuerySet:
        """Both sides of its contract."""
        return self.filter(payment__milestone__contract__in=Contract.objects.visible_to(user))

    def going_on(self) -> ChargebackQuerySet:
        """Those the bank has not decided."""
        return self.filter(status__in=OPEN)


class ChargebackStatus(models.TextChoices):
    """Where a row of Chargeback stands."""

    NOTICED = "noticed", _("Noticed")
    INQUIRY = "inquiry", _("The bank asks")
    NEEDS_RESPONSE = "needs_response", _("Needs an answer")
    UNDER_REVIEW = "under_review", _("With the bank")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    CLOSED = "closed", _("Closed")


S = ChargebackStatus
# The bank has yet to decide, and we hold the contract's money still.
OPEN = (S.NOTICED, S.INQUIRY, S.NEEDS_RESPONSE, S.UNDER_REVIEW)


# The reasons banks give (docs.stripe.com/disputes/categories); another one is shown as it is.
REASONS = {
    "bank_cannot_process": _("The bank could not process it"),
    "credit_not_processed": _("A promised refund did not come"),
    "customer_initiated": _("The client asked for it"),
    "debit_not_authorized": _("The debit was not authorised"),
    "duplicate": _("Charged twice"),
    "fraudulent": _("The cardholder says they did not pay"),
    "general": _("No particular reason"),
    "incorrect_account_details": _("Wrong account"),
    "insufficient_funds": _("The account had too little"),
    "noncompliant": _("Against the card network's rules"),
    "product_not_received": _("The work was not delivered"),
    "product_unacceptable": _("The work is not as agreed"),
    "subscription_canceled": _("It was cancelled"),
    "unrecognized": _("The cardholder does not recognise it"),
}


class Chargeback(Stateful):
    """Mirrors a dispute at Stripe; what moved stands in the ledger, what was borne stands here."""

    Status = ChargebackStatus

    MOVES = moves(
        inquire=([S.NOTICED], S.INQUIRY),
        # The bank has taken the money, also after it had only asked.
        withdraw=([S.NOTICED, S.INQUIRY, S.CLOSED], S.NEEDS_RESPONSE),
        review=([S.NOTICED, S.INQUIRY, S.NEEDS_RESPONSE, S.CLOSED], S.UNDER_REVIEW),
        # On appeal, a lost one may still be won.
        win=([*OPEN, S.LOST], S.WON),
        lose=([*OPEN, S.CLOSED, S.WON], S.LOST),
        # It came to nothing, and no money has moved or stayed away.
        close=(OPEN, S.CLOSED),
    )

    public_id = PublicIdField(prefix="cbk")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="chargebacks")
    stripe_id = models.CharField(max_length=255, unique=True)
    # Why, in the bank's vocabulary: "fraudulent", "product_not_received".
    reason = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Until when the bank takes an answer.
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    # When we last asked Stripe about it.
    checked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # How many movements of our Stripe balance are posted: an answer that knows fewer is older.
    movements = models.PositiveSmallIntegerField(default=0)
    # What the bank has now, without Stripe's fee, and that fee.
    taken_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    # How often it was lost, to tell the postings of one loss from those of the next.
    losses = models.PositiveSmallIntegerField(default=0)
    # Who bears a loss: what was on its way back to the client, what was held, our fee on that, what
    # nobody could place, the expert, and we.
    from_refunds_minor = models.BigIntegerField(default=0)
    from_held_minor = models.BigIntegerField(default=0)
    from_fee_minor = models.BigIntegerField(default=0)
    from_suspense_minor = models.BigIntegerField(default=0)
    from_expert_minor = models.BigIntegerField(default=0)
    from_us_minor = models.BigIntegerField(default=0)
    # Our staff found that the expert broke the rules: a loss is theirs although the work was
    # accepted. The first of two persons has said so when the moment is still empty.
    uncovered_at = models.DateTimeField(null=True, blank=True)
    uncover_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uncover_reason = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.NOTICED)

    objects: ClassVar[ChargebackQuerySet] = ChargebackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(ChargebackStatus, "chargeback_status_known"),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    taken_minor__gte=0,
                    from_refunds_minor__gte=0,
                    from_held_minor__gte=0,
                    from_fee_minor__gte=0,
                    from_suspense_minor__gte=0,
                    from_expert_minor__gte=0,
                    from_us_minor__gte=0,
                ),
                name="chargeback_amounts_sane",
            ),
            # Everything the bank keeps is borne by somebody, once.
            models.CheckConstraint(
                condition=~Q(status="lost")
                | Q(
                    taken_minor=F("from_refunds_minor")
                    + F("from_held_minor")
                    + F("from_fee_minor")
                    + F("from_suspense_minor")
                    + F("from_expert_minor")
                    + F("from_us_minor")
                ),
                name="chargeback_loss_adds_up",
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=Q(status__in=OPEN), name="chargeback_due"),
        )

    @property
    def contract(self) -> Contract:
        """Of which contract it is."""
        return self.payment.milestone.contract

    @property
    def amount(self) -> Money:
        """What the bank questions."""
        return Money(self.amount_minor, self.currency)

    @property
    def taken(self) -> Money:
        """What the bank has now."""
        return Money(self.taken_minor, self.currency)

    @property
    def fee(self) -> Money:
        """What Stripe charges us for it, whatever the outcome."""
        return Money(self.fee_minor, self.currency)

    @property
    def reason_text(self) -> str:
        """Why the bank asks, in the reader's words."""
        return str(REASONS.get(self.reason, self.reason.replace("_", " ").capitalize()))

    @property
    def from_expert(self) -> Money:
        """What of a loss the expert bears."""
        return Money(self.from_expert_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether the bank has yet to decide."""
        return self.status in OPEN

    @property
    def is_covered(self) -> bool:
        """Whether we bear a loss of accepted work."""
        return self.uncovered_at is None

    @property
    def is_answerable(self) -> bool:
        """Whether the bank still waits for our answer."""
        return self.status in {S.INQUIRY, S.NEEDS_RESPONSE} and self.answered_at is None


class ChargebackEvent(Transition):
    """What happened to a chargeback."""

    row = models.ForeignKey(Chargeback, models.PROTECT, related_name="history")


class AnswerStatus(models.TextChoices):
    """Where a row of Answer stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for a second person")
    DECIDED = "decided", _("To be sent")
    SENT = "sent", _("Sent")
    OVERTAKEN = "overtaken", _("The bank was faster")
    DROPPED = "dropped", _("Dropped")


A = AnswerStatus
UNSENT = (A.DRAFT, A.PROPOSED, A.DECIDED)


class Answer(Stateful):
    """What we say to the client's bank, once: our evidence, or that we accept the loss."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        ACCEPTANCE = "acceptance", _("The loss is accepted")

    Status = AnswerStatus

    MOVES = moves(
        propose=([A.DRAFT], A.PROPOSED),
        # One person, or time, is enough.
        decide=([A.DRAFT], A.DECIDED),
        confirm=([A.PROPOSED], A.DECIDED),
        drop=([A.PROPOSED], A.DROPPED),
        send=([A.DECIDED], A.SENT),
        overtake=([A.PROPOSED, A.DECIDED], A.OVERTAKEN),
    )

    public_id = PublicIdField(prefix="ans")
    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # What is sent, by the names Stripe has for it; frozen when it is decided.
    evidence = models.JSONField(default=dict)
    note = models.TextField(max_length=4000, blank=True)
    # Empty when time decided.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    needs_two = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # When to try sending it, or trying again.
    due_at = models.DateTimeField()
    sends = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(AnswerStatus, "answer_status_known"),
            models.UniqueConstraint(
                fields=("chargeback",), condition=Q(status__in=UNSENT), name="answer_one_unsent"
            ),
            models.CheckConstraint(
                condition=(Q(second=None) | ~Q(second=F("by")))
                & (~Q(status__in=["decided", "sent"], needs_two=True) | Q(second__isnull=False)),
                name="answer_by_two_persons",
            ),
        )

    @property
    def key(self) -> str:
        """The Idempotency-Key it is sent under."""
        return f"answer:{self.public_id}"


class AnswerEvent(Transition):
    """What happened to an answer."""

    row = models.ForeignKey(Answer, models.PROTECT, related_name="history")
