"""What is in each pot is what the rows say that came in less what went out."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import F, Q, Sum

from contracts.invariants.sums import (
    AMOUNT,
    HAS_LEFT,
    OWED,
    TAKEN,
    came_in,
    lost,
    per_expert,
    per_milestone,
    recovered,
    unequal,
)
from contracts.models import Operation, Payment, Refund, Release
from contracts.models.ledger import Pot


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
    paid = per_milestone(Payment.objects.filter(status=Payment.Status.HELD), came)
    gone = per_milestone(Release.objects.all(), released)
    gone += per_milestone(Refund.objects.filter(milestone__isnull=False), came)
    gone += lost("payment__milestone__public_id", taken)
    yield from unequal(pot, paid, gone)


def payables_that_differ() -> Iterator[str]:
    """What we owe an expert is what was released to them less what was sent and not taken back.

    What bore a lost chargeback, or went back to a client, is owed no more.
    """
    owed: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    net = Sum(F("gross_minor") - F("expert_fee_minor") - F("netted_minor"))
    releases = Release.objects.values(
        expert=F("milestone__contract__expert__public_id"),
        currency=F("milestone__contract__currency"),
    )
    for row in releases.annotate(total=net):
        owed[f"{row['expert']}:{row['currency']}"] = row["total"]
    for kind, sign in ((Operation.Kind.TRANSFER, 1), (Operation.Kind.REVERSAL, -1)):
        for key, total in per_expert(kind).items():
            sent[key] += sign * total
    sent += recovered(F("gross_minor") - F("expert_fee_minor"), TAKEN)
    owed += recovered(F("repaid_minor"), Q())
    yield from unequal(Pot.PAYABLE, owed, sent)


def refunds_that_differ() -> Iterator[str]:
    """What we owe a client is what was decided to be returned less what has left."""
    owed: Counter[str] = Counter()
    left: Counter[str] = Counter()
    decided = Refund.objects.values_list("payment__public_id", came_in("payment__"))
    both = Sum(F("amount_minor") + F("fee_minor"))
    for payment, currency, minor in decided.annotate(minor=both):
        owed[f"{payment}:{currency}"] = minor
    gone = Operation.objects.filter(kind=Operation.Kind.REFUND, **HAS_LEFT)
    keyed = gone.values_list("refund__payment__public_id", came_in("refund__payment__"))
    for payment, currency, minor in keyed.annotate(total=AMOUNT):
        left[f"{payment}:{currency}"] = minor
    left += lost("payment__public_id", "from_refunds_minor")
    yield from unequal(Pot.REFUND_PAYABLE, owed, left)


def debts_that_differ() -> Iterator[str]:
    """What an expert owes us is what could not be taken back less what later releases paid."""
    debts = recovered(F("gross_minor") - F("expert_fee_minor"), OWED)
    debts += recovered(F("repaid_minor"), Q())
    paid: Counter[str] = Counter()
    rows = Release.objects.values_list(
        "milestone__contract__expert__public_id", "milestone__contract__currency"
    )
    for expert, currency, total in rows.annotate(total=Sum("netted_minor")):
        paid[f"{expert}:{currency}"] = total
    yield from unequal(Pot.RECEIVABLE, paid, debts)
