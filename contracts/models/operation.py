"""Money we decided to send: the outbox of calls to Stripe, each with its frozen key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.milestone import Release
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class OperationStatus(models.TextChoices):
    """Where a row of Operation stands."""

    DECIDED = "decided", _("Decided")
    PENDING = "pending", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SUCCEEDED = "succeeded", _("Done")
    BLOCKED = "blocked", _("Waiting for the payee's account")
    FROZEN = "frozen", _("Needs a person")


class Operation(Stateful):
    """Sent at least once with the same key, settled exactly once (`payments.md` section 3)."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Transfer to an expert")

    Status = OperationStatus

    MOVES = moves(
        request=([Status.DECIDED], Status.PENDING),
        claim=([Status.PENDING, Status.SENDING], Status.SENDING),
        retry=([Status.SENDING], Status.PENDING),
        block=([Status.PENDING, Status.SENDING], Status.BLOCKED),
        wake=([Status.BLOCKED], Status.PENDING),
        freeze=([Status.PENDING, Status.SENDING, Status.BLOCKED], Status.FROZEN),
        succeed=(
            [Status.PENDING, Status.SENDING, Status.BLOCKED, Status.FROZEN],
            Status.SUCCEEDED,
        ),
    )

    public_id = PublicIdField(prefix="opn")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="operations")
    release = models.ForeignKey(
        Release, models.PROTECT, related_name="operations", null=True, blank=True
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
    def key(self) -> str:
        """The Idempotency-Key of this attempt."""
        return f"op:{self.public_id}:{self.attempt}"


class OperationEvent(Transition):
    """What happened to an operation."""

    row = models.ForeignKey(Operation, models.PROTECT, related_name="history")
