"""Reads of what is stuck with the money, shaped for the desk of our finance staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from contracts.models import (
    Chargeback,
    Clawback,
    Contract,
    Difference,
    Freeze,
    Instruction,
    Milestone,
    Operation,
    Payment,
    StripeEvent,
)
from contracts.models.milestone import UNDER_WAY
from contracts.selectors import chargebacks, clawbacks, differences

Status = Operation.Status
# Until then the sweeps are still at it.
EVENTS_MAY_TAKE = timedelta(minutes=5)
OPERATIONS_MAY_TAKE = timedelta(minutes=15)
# Of each list the rows that have waited longest; a list that is longer says so by its count.
MOST = 50


def operations() -> QuerySet[Operation]:
    """Return operations with everything their page names."""
    return Operation.objects.select_related(
        "contract__organisation", "contract__expert__user", "release", "refund"
    )


def contracts() -> QuerySet[Contract]:
    """Return contracts with everything their page names."""
    related = Contract.objects.select_related("organisation", "expert__user")
    return related.prefetch_related(
        "milestones__releases", "milestones__refunds", "freezes__by", "freezes__lifted_by"
    )


def milestones() -> QuerySet[Milestone]:
    """Return milestones with everything their page names."""
    related = Milestone.objects.select_related("contract__organisation", "contract__expert__user")
    return related.prefetch_related("releases", "refunds")


def instructions() -> QuerySet[Instruction]:
    """Return instructions with everything that is said of them."""
    return Instruction.objects.select_related(
        "by",
        "second",
        "payment__milestone__contract__organisation",
        "payment__milestone__contract__expert__user",
        "milestone__contract__organisation",
        "milestone__contract__expert__user",
    )


def instructions_of(contract: Contract) -> list[Instruction]:
    """Return what our staff have wanted done with a contract's held money, the latest first."""
    return list(instructions().filter(milestone__contract=contract).order_by("-pk"))


def payments() -> QuerySet[Payment]:
    """Return payments with everything their page names."""
    return Payment.objects.select_related(
        "by", "milestone__contract__organisation", "milestone__contract__expert__user"
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a person, the most urgent kind first, and how long money is held."""

    proposed: Sequence[Instruction]
    set_aside: Sequence[Payment]
    operations: Sequence[Operation]
    chargebacks: Sequence[Chargeback]
    clawbacks: Sequence[Clawback]
    differences: Sequence[Difference]
    events: Sequence[StripeEvent]
    stopped: Sequence[Freeze]
    holds: Sequence[Milestone]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for anybody."""
        return not (
            self.proposed
            or self.set_aside
            or self.operations
            or self.chargebacks
            or self.clawbacks
            or self.differences
            or self.events
            or self.stopped
        )


def desk(*, at: datetime) -> Desk:
    """Return all that is stuck, and the money that has been held longest."""
    return Desk(
        proposed=list(_proposed()[:MOST]),
        set_aside=list(payments().filter(status=Payment.Status.MISMATCH).order_by("pk")[:MOST]),
        operations=list(_stuck(at).order_by("created_at")[:MOST]),
        chargebacks=list(chargebacks.waiting()[:MOST]),
        clawbacks=list(clawbacks.waiting()[:MOST]),
        differences=list(differences.unexplained()[:MOST]),
        events=list(_unhandled(at).order_by("received_at")[:MOST]),
        stopped=list(_stopped()[:MOST]),
        holds=list(_held()[:MOST]),
    )


def _proposed() -> QuerySet[Instruction]:
    return instructions().filter(status=Instruction.Status.PROPOSED).order_by("pk")


def _stuck(at: datetime) -> QuerySet[Operation]:
    """Return what needs a person, what Stripe may or may not have, and what found no payee."""
    since = at - OPERATIONS_MAY_TAKE
    unknown = Q(status__in=(Status.PENDING, Status.SENDING), first_sent_at__lte=since)
    late = Q(status=Status.PENDING, first_sent_at=None, due_at__lte=since)
    # What the bank sent back is owed, and nobody but a person finds another way.
    sent_back = Q(status=Status.FAILED, kind__in=(Operation.Kind.REFUND, Operation.Kind.PAYOUT))
    return operations().filter(
        Q(status__in=(Status.FROZEN, Status.BLOCKED)) | unknown | late | sent_back
    )


def _unhandled(at: datetime) -> QuerySet[StripeEvent]:
    late = Q(status=StripeEvent.Status.NEW, received_at__lte=at - EVENTS_MAY_TAKE)
    return StripeEvent.objects.filter(Q(status=StripeEvent.Status.DEAD) | late)


def _stopped() -> QuerySet[Freeze]:
    """Return the contracts that our staff, and nobody else, have stopped."""
    rows = Freeze.objects.filter(reason=Freeze.Reason.STAFF, lifted_at=None).order_by("since")
    return rows.select_related("contract__organisation", "contract__expert__user", "by")


def _held() -> QuerySet[Milestone]:
    rows = milestones().filter(status__in=(*UNDER_WAY, Milestone.Status.DISPUTED))
    return rows.order_by(F("funded_at").asc(nulls_last=True))
