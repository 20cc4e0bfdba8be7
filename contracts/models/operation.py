"""Money we decided to send: the outbox of calls to Stripe, each with its frozen key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.milestone import Release
from contracts.models.refund import Refund
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class OperationStatus(models.TextChoices):
    """Where a row of Operation stands."""

    DECIDED = "decided", _("Decided")
    PENDING = "pending", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SUBMITTED = "submitted", _("With the bank")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Not sent")
    BLOCKED = "blocked", _("Waiting for the payee's account")
    FROZEN = "frozen", _("Needs a person")
    UNDER_REVIEW = "under_review", _("Being looked at")


S = OperationStatus
# Decided, and Stripe may or may not have it.
UNSETTLED = (S.PENDING, S.SENDING, S.BLOCKED, S.FROZEN, S.UNDER_REVIEW)


class Operation(Stateful):
    """Sent at least once with the same key, settled exactly once (`payments.md` section 3)."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Transfer to an expert")
        REVERSAL = "reversal", _("Transfer taken back")
        REFUND = "refund", _("Refund to a client")
        PAYOUT = "payout", _("Payout of our fees")

    Status = OperationStatus

    MOVES = moves(
        request=([Status.DECIDED], Status.PENDING),
        # Somebody did it at Stripe without us: it is settled at once, and never sent.
        adopt=([Status.DECIDED], Status.PENDING),
        claim=([Status.PENDING, Status.SENDING], Status.SENDING),
        retry=([Status.SENDING], Status.PENDING),
        block=([Status.PENDING, Status.SENDING], Status.BLOCKED),
        wake=([Status.BLOCKED], Status.PENDING),
        freeze=([Status.PENDING, Status.SENDING, Status.BLOCKED], Status.FROZEN),
        # Something about the money has a person look before it leaves, see `payout_cases`.
        look=([Status.PENDING], Status.UNDER_REVIEW),
        let_go=([Status.UNDER_REVIEW], Status.PENDING),
        # A person does not want to wait for the next try.
        hurry=([Status.PENDING], Status.PENDING),
        # A person has looked: it is sent once more.
        thaw=([Status.FROZEN], Status.PENDING),
        # Stripe has it and a bank has yet to do its part.
        hand_over=(UNSETTLED, Status.SUBMITTED),
        succeed=([*UNSETTLED, Status.SUBMITTED], Status.SUCCEEDED),
        # A bank may say no late, even to what it had called done.
        fail=([*UNSETTLED, Status.SUBMITTED, Status.SUCCEEDED], Status.FAILED),
        # Only what was never sent: what may be under way is awaited.
        cancel=([Status.PENDING, Status.BLOCKED, Status.UNDER_REVIEW], Status.CANCELLED),
    )

    public_id = PublicIdField(prefix="opn")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # Empty for what is about the whole platform.
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="operations", null=True, blank=True
    )
    release = models.ForeignKey(
        Release, models.PROTECT, related_name="operations", null=True, blank=True
    )
    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="operations", null=True, blank=True
    )
    # The transfer that a reversal undoes, whole or in part.
    transfer = models.ForeignKey(
        "self", models.PROTECT, related_name="reversals", null=True, blank=True
    )
    # Names the intention, so that one intention is one operation: "transfer:rel_…".
    business_key = models.CharField(max_length=80, unique=True)
    # What will be sent, never changed once it was; an expert without an account when it is decided
    # is added as its destination before the first sending.
    params = models.JSONField()
    attempt = models.PositiveSmallIntegerField(default=1)
    sends = models.PositiveSmallIntegerField(default=0)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    # Claimed: when the claim runs out. Pending: when to try next.
    due_at = models.DateTimeField()
    # When our balance at Stripe changed by it; empty again once a bank has sent it back.
    moved_at = models.DateTimeField(null=True, blank=True)
    stripe_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DECIDED)

    class Meta:
        constraints = (status_is_known(OperationStatus, "operation_status_known"),)
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(status__in=("pending", "sending")),
                name="operation_due",
            ),
        )

    @property
    def amount(self) -> Money:
        """What is to be moved."""
        return Money(self.params["amount"], self.params["currency"])

    @property
    def key(self) -> str:
        """The Idempotency-Key of this attempt."""
        return f"op:{self.public_id}:{self.attempt}"


class OperationEvent(Transition):
    """What happened to an operation."""

    row = models.ForeignKey(Operation, models.PROTECT, related_name="history")
