"""What is in each pot is what the rows say that came in less what went out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from contracts.invariants.asking import asked
from contracts.invariants.sums import (
    AMOUNT,
    HAS_LEFT,
    OWED,
    TAKEN,
    by_name,
    came_in,
    lost,
    per_expert,
    per_milestone,
    recovered,
    unequal,
)
from contracts.models import Operation, Payment, Refund, Release
from contracts.models.ledger import Pot

# What an expert gets of what is let go.
NET = F("gross_minor") - F("expert_fee_minor")


def escrow_that_differs() -> Iterator[str]:
    """What is held for a milestone is what was paid for it less what was let go, however."""
    yield from _unlike_its_milestones(Pot.ESCROW, "amount_minor", "gross_minor", "from_held_minor")


def deferred_fees_that_differ() -> Iterator[str]:
    """The client fee not yet earned is what was paid less what was earned or returned."""
    yield from _unlike_its_milestones(
        Pot.FEE_DEFERRED, "fee_minor", "client_fee_minor", "from_fee_minor"
    )


def _unlike_its_milestones(pot: Pot, came: str, released: str, taken: str) -> Iterator[str]:
    """Ask one pot: each column is its part of a payment or refund, a release, a lost chargeback."""
    paid = by_name(per_milestone(Payment, came, Q(status=Payment.Status.HELD)))
    gone = by_name(per_milestone(Release, released, Q()))
    gone += by_name(per_milestone(Refund, came, Q(milestone__isnull=False)))
    gone += by_name(lost("payment__milestone__public_id", taken))
    yield from unequal(pot, paid, gone)


def payables_that_differ() -> Iterator[str]:
    """What we owe an expert is what was released to them less what was sent and not taken back.

    What bore a lost chargeback, or went back to a client, is owed no more.
    """
    owed = by_name(_released(NET - F("netted_minor")))
    owed += by_name(recovered(F("repaid_minor"), Q()))
    sent = by_name(per_expert(Operation.Kind.TRANSFER))
    sent.subtract(by_name(per_expert(Operation.Kind.REVERSAL)))
    sent.update(by_name(recovered(NET, TAKEN)))
    yield from unequal(Pot.PAYABLE, owed, sent)


def refunds_that_differ() -> Iterator[str]:
    """What we owe a client is what was decided to be returned less what has left."""
    left = by_name(_refunds_sent())
    left += by_name(lost("payment__public_id", "from_refunds_minor"))
    yield from unequal(Pot.REFUND_PAYABLE, by_name(_refunds_decided()), left)


def debts_that_differ() -> Iterator[str]:
    """What an expert owes us is what could not be taken back less what later releases paid."""
    debts = by_name(recovered(NET, OWED))
    debts += by_name(recovered(F("repaid_minor"), Q()))
    yield from unequal(Pot.RECEIVABLE, by_name(_released(F("netted_minor"))), debts)


@asked
def _released(part: Any) -> QuerySet[Any, Any]:
    keyed = Release.objects.values_list(
        "milestone__contract__expert__public_id", "milestone__contract__currency"
    )
    return keyed.annotate(total=Sum(part))


@asked
def _refunds_decided() -> QuerySet[Any, Any]:
    keyed = Refund.objects.values_list("payment__public_id", came_in("payment__"))
    return keyed.annotate(both=Sum(F("amount_minor") + F("fee_minor")))


@asked
def _refunds_sent() -> QuerySet[Any, Any]:
    gone = Operation.objects.filter(kind=Operation.Kind.REFUND, **HAS_LEFT)
    keyed = gone.values_list("refund__payment__public_id", came_in("refund__payment__"))
    return keyed.annotate(total=AMOUNT)
