"""The ledger in itself, and against the facts that are posted in it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet, Sum

from contracts import chains
from contracts.invariants.asking import asked
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
CAME = (Payment.Status.HELD, Payment.Status.RETURNED)
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
    for key, _, total in _out_of_balance():
        yield f"{key} is out of balance by {total}"
    for (key,) in _with_few_legs():
        yield f"{key} has fewer than two legs"


def balances_that_drifted() -> Iterator[str]:
    """Every balance is the sum of its entries."""
    for code, balance, derived in _drifted():
        yield f"{code} says {balance}, its entries say {derived}"


def chains_that_are_broken() -> Iterator[str]:
    """Every posting is as it was posted, in its place, and every chain ends where it says."""
    yield from chains.broken()


def facts_not_posted_once() -> Iterator[str]:
    """Every held payment, release, refund and moved operation is posted, and nothing else is."""
    kinds, posted = LedgerTransaction.Kind, set(_posted())
    payments = _payments()
    came = [f"fund:{key}" for key, status, *_ in payments if status in CAME]
    yield from _unlike(posted, {kinds.FUND}, came)
    let_go = [f"release:{key}" for key in _names(Release, ~Q(kind=Release.Kind.OUTSIDE))]
    yield from _unlike(posted, {kinds.RELEASE, kinds.AWARDED_RELEASE}, let_go)
    decided = Q(milestone__isnull=False) & ~Q(kind=Refund.Kind.OUTSIDE)
    returned = [f"refund:{key}" for key in _names(Refund, decided)]
    yield from _unlike(posted, {kinds.REFUND, kinds.AWARDED_REFUND}, returned)
    given = _names(Clawback, Q(status=Clawback.Status.RETURNED))
    yield from _unlike(posted, {kinds.CLAWBACK}, [f"clawback:{key}" for key in given])
    for kind, posting in POSTED_AS.items():
        moved = _names(Operation, Q(kind=kind, **HAS_LEFT))
        yield from _unlike(posted, {posting}, [f"op:{key}:settled" for key in moved])
    known = [f"bt:{key}" for _, _, key, _ in payments if key is not None]
    yield from _unlike(posted, {kinds.STRIPE_FEE}, known)
    aside = [
        f"mismatch:{key}" for _, status, _, key in payments if status == Payment.Status.MISMATCH
    ]
    yield from _unlike(posted, {kinds.MISMATCH}, aside)


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
    contracts = dict(_contracts_of_milestones())
    for code, posted_to in _held_for():
        milestone = code.split(":")[1]
        if contracts.get(milestone) != posted_to:
            yield f"{milestone} was moved by a posting of {posted_to}"


def debts_not_covered() -> Iterator[str]:
    """What we owe is on our Stripe balance, or with somebody who has to give it back.

    Stripe keeps its fee at once and ours is earned at release, so until then Stripe's fee is paid
    out of a client fee that is still a liability: the balance is compared before what it cost us.
    """
    balances = balances_of(*COVER)
    for code, total in _liabilities():
        there = sum(minor for name, minor in balances.items() if name.endswith(f":{code}"))
        if -total > there:
            yield f"we owe {-total} {code} and have {there} before what it cost us"


@asked
def _out_of_balance() -> QuerySet[Any, Any]:
    sums = LedgerEntry.objects.values_list("transaction__idem_key", "currency")
    return sums.annotate(total=Sum("amount")).exclude(total=0)


@asked
def _with_few_legs() -> QuerySet[Any, Any]:
    counted = LedgerTransaction.objects.annotate(count=Count("entries"))
    return counted.filter(count__lt=2).values_list("idem_key")


@asked
def _drifted() -> QuerySet[Any, Any]:
    rows = LedgerAccount.objects.annotate(derived=Sum("entries__amount", default=0))
    return rows.exclude(derived=F("balance")).values_list("code", "balance", "derived")


@asked
def _contracts_of_milestones() -> QuerySet[Any, Any]:
    return Milestone.objects.values_list("public_id", "contract__public_id")


@asked
def _held_for() -> QuerySet[Any, Any]:
    held = LedgerEntry.objects.filter(account__code__startswith=f"{Pot.ESCROW.value}:")
    return held.values_list("account__code", "transaction__contract__public_id").distinct()


@asked
def _liabilities() -> QuerySet[Any, Any]:
    liabilities = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.LIABILITY)
    return liabilities.values_list("currency").annotate(total=Sum("balance"))


def _legs(row: LedgerTransaction) -> dict[str, int]:
    pairs = (leg.split(" ") for leg in row.legs.splitlines())
    return {code: int(minor) for code, minor in pairs}


def _names(model: type[Model], which: Q) -> list[str]:
    return [name for (name,) in _named(model, which)]


@asked
def _named(model: type[Model], which: Q) -> QuerySet[Any, Any]:
    return model._default_manager.filter(which).values_list("public_id")


@asked
def _payments() -> QuerySet[Any, Any]:
    """What of a payment says how it is posted."""
    return Payment.objects.values_list("public_id", "status", "balance_transaction_id", "intent_id")


@asked
def _posted() -> QuerySet[Any, Any]:
    """Return the kind and key of every posting that stands."""
    rows = LedgerTransaction.objects.filter(reversed_by=None, reverses=None)
    return rows.values_list("kind", "idem_key")


def _unlike(
    posted: set[tuple[Any, ...]], kinds: set[LedgerTransaction.Kind], expected: Iterable[str]
) -> Iterator[str]:
    there = {key for kind, key in posted if kind in kinds}
    for key in sorted(there.symmetric_difference(expected)):
        yield f"{key} is {'posted without its fact' if key in there else 'not posted'}"
