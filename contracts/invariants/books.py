"""The ledger in itself, and against the facts that are posted in it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, Sum

from contracts import chains
from contracts.invariants.sums import HAS_LEFT, balances_of
from contracts.models import (
    Clawback,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    Refund,
    Release,
)
from contracts.models.ledger import Pot

POSTED_AS = {
    Operation.Kind.TRANSFER: LedgerTransaction.Kind.TRANSFER,
    Operation.Kind.REVERSAL: LedgerTransaction.Kind.REVERSAL,
    Operation.Kind.REFUND: LedgerTransaction.Kind.REFUND_SETTLED,
    Operation.Kind.PAYOUT: LedgerTransaction.Kind.PLATFORM_PAYOUT,
}
# Where the money is that we owe, or what it was spent on.
COVER = (
    Pot.STRIPE,
    Pot.PSP_FEES,
    Pot.DISPUTE_RECV,
    Pot.RECEIVABLE,
    Pot.DISPUTE_FEES,
    Pot.DISPUTE_LOSS,
    Pot.GOODWILL,
    Pot.SUSPENSE,
)


def transactions_that_do_not_balance() -> Iterator[str]:
    """Every transaction has two legs or more, and they sum to zero in each currency."""
    sums = LedgerEntry.objects.values("transaction__idem_key", "currency")
    for row in sums.annotate(total=Sum("amount")).exclude(total=0):
        yield f"{row['transaction__idem_key']} is out of balance by {row['total']}"
    few = LedgerTransaction.objects.annotate(count=Count("entries")).filter(count__lt=2)
    for key in few.values_list("idem_key", flat=True):
        yield f"{key} has fewer than two legs"


def balances_that_drifted() -> Iterator[str]:
    """Every balance is the sum of its entries."""
    rows = LedgerAccount.objects.annotate(derived=Sum("entries__amount", default=0))
    for row in rows.exclude(derived=F("balance")):
        yield f"{row.code} says {row.balance}, its entries say {row.derived}"


def chains_that_are_broken() -> Iterator[str]:
    """Every posting is as it was posted, in its place, and every chain ends where it says."""
    yield from chains.broken()


def facts_not_posted_once() -> Iterator[str]:
    """Every held payment, release, refund and moved operation is posted, and nothing else is."""
    kinds, posted = LedgerTransaction.Kind, _posted()
    came = Payment.objects.filter(status__in=(Payment.Status.HELD, Payment.Status.RETURNED))
    yield from _unlike(posted, {kinds.FUND}, [f"fund:{key}" for key in _names(came)])
    ours = Release.objects.exclude(kind=Release.Kind.OUTSIDE)
    let_go = [f"release:{key}" for key in _names(ours)]
    yield from _unlike(posted, {kinds.RELEASE, kinds.AWARDED_RELEASE}, let_go)
    decided = Refund.objects.filter(milestone__isnull=False).exclude(kind=Refund.Kind.OUTSIDE)
    returned = [f"refund:{key}" for key in _names(decided)]
    yield from _unlike(posted, {kinds.REFUND, kinds.AWARDED_REFUND}, returned)
    given = Clawback.objects.filter(status=Clawback.Status.RETURNED)
    yield from _unlike(posted, {kinds.CLAWBACK}, [f"clawback:{key}" for key in _names(given)])
    for kind, posting in POSTED_AS.items():
        moved = Operation.objects.filter(kind=kind, **HAS_LEFT)
        yield from _unlike(posted, {posting}, [f"op:{key}:settled" for key in _names(moved)])
    known = Payment.objects.exclude(balance_transaction_id=None)
    kept = known.values_list("balance_transaction_id", flat=True)
    yield from _unlike(posted, {kinds.STRIPE_FEE}, [f"bt:{key}" for key in kept])
    aside = Payment.objects.filter(status=Payment.Status.MISMATCH)
    intents = aside.values_list("intent_id", flat=True)
    yield from _unlike(posted, {kinds.MISMATCH}, [f"mismatch:{key}" for key in intents])


def reversals_that_do_not_undo() -> Iterator[str]:
    """A posting that reverses another is its opposite, leg by leg, and says so."""
    reversing = LedgerTransaction.Kind.REVERSING
    for row in LedgerTransaction.objects.filter(kind=reversing, reverses=None):
        yield f"{row.idem_key} reverses nothing"
    back = LedgerTransaction.objects.exclude(reverses=None).select_related("reverses")
    for row in back:
        assert row.reverses  # noqa: S101 (filtered above)
        if row.kind != reversing or _legs(row) != {
            code: -minor for code, minor in _legs(row.reverses).items()
        }:
            yield f"{row.idem_key} is not the opposite of {row.reverses.idem_key}"


def statements_that_differ() -> Iterator[str]:
    """What a contract's statement ends with is what its milestones hold, by its own postings."""
    contracts = dict(Milestone.objects.values_list("public_id", "contract__public_id"))
    held = LedgerEntry.objects.filter(account__code__startswith=f"{Pot.ESCROW.value}:")
    rows = held.values_list("account__code", "transaction__contract__public_id").distinct()
    for code, posted_to in rows:
        milestone = code.split(":")[1]
        if contracts.get(milestone) != posted_to:
            yield f"{milestone} was moved by a posting of {posted_to}"


def debts_not_covered() -> Iterator[str]:
    """What we owe is on our Stripe balance, or with somebody who has to give it back.

    Stripe keeps its fee at once and ours is earned at release, so until then Stripe's fee is paid
    out of a client fee that is still a liability: the balance is compared before what it cost us.
    """
    liabilities = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.LIABILITY)
    owed = liabilities.values("currency").annotate(total=Sum("balance"))
    balances = [pair for pot in COVER for pair in balances_of(pot).items()] if owed else []
    for row in owed:
        code = row["currency"]
        there = sum(minor for name, minor in balances if name.endswith(f":{code}"))
        if -row["total"] > there:
            yield f"we owe {-row['total']} {code} and have {there} before what it cost us"


def _legs(row: LedgerTransaction) -> dict[str, int]:
    pairs = (leg.split(" ") for leg in row.legs.splitlines())
    return {code: int(minor) for code, minor in pairs}


def _names(rows: Any) -> Iterable[str]:
    names: Iterable[str] = rows.values_list("public_id", flat=True)
    return names


def _posted() -> set[tuple[str, str]]:
    """Return the kind and key of every posting that stands."""
    rows = LedgerTransaction.objects.filter(reversed_by=None, reverses=None)
    return set(rows.values_list("kind", "idem_key"))


def _unlike(
    posted: set[tuple[str, str]], kinds: set[LedgerTransaction.Kind], expected: Iterable[str]
) -> Iterator[str]:
    there = {key for kind, key in posted if kind in kinds}
    for key in sorted(there.symmetric_difference(expected)):
        yield f"{key} is {'posted without its fact' if key in there else 'not posted'}"
