"""What rows and pots add up to, by the name that both are known by."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, F, Model, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from contracts.invariants.asking import asked
from contracts.models import Chargeback, LedgerAccount, Operation, Recovery
from contracts.models.ledger import Pot, whole

AMOUNT = Sum(Cast(F("params__amount"), BigIntegerField()))
# What has moved our balance at Stripe, and has not come back.
HAS_LEFT = {"moved_at__isnull": False}
# What is no longer to be sent to an expert, and what of that has left our books for good.
EARMARKED = Q(undone_at=None) & (
    Q(source="unsent") | Q(source="reversal", operation__moved_at__isnull=False)
)
FOR_GOOD = Q(chargeback__isnull=False) | Q(clawback__status="returned")
TAKEN = EARMARKED & FOR_GOOD
OWED = Q(undone_at=None, source="debt") & FOR_GOOD


def balances_of(*pots: Pot) -> Counter[str]:
    """Return the signed balances of these pots' accounts by code, the shares of one added up."""
    found: Counter[str] = Counter()
    for code, minor in _balances(*pots):
        found[whole(code)] += minor
    return found


@asked
def _balances(*pots: Pot) -> QuerySet[Any, Any]:
    theirs = (Q(code__startswith=f"{pot.value}:") for pot in pots)
    return LedgerAccount.objects.filter(reduce(or_, theirs)).values_list("code", "balance")


def by_name(rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    """Return the totals of rows of name, currency and total, by the first two."""
    return Counter({f"{name}:{currency}": int(total) for name, currency, total in rows})


@asked
def per_milestone(model: type[Model], column: str, which: Q) -> QuerySet[Any, Any]:
    rows = model._default_manager.filter(which)
    keyed = rows.values_list("milestone__public_id", "milestone__contract__currency")
    totals: QuerySet[Any, Any] = keyed.annotate(total=Sum(column))
    return totals


@asked
def per_expert(kind: Operation.Kind) -> QuerySet[Any, Any]:
    """Add up what operations of a kind have moved, by expert and currency."""
    rows = Operation.objects.filter(kind=kind, **HAS_LEFT)
    keyed = rows.values_list("contract__expert__public_id", "contract__currency")
    return keyed.annotate(total=AMOUNT)


@asked
def lost(of: str, column: str) -> QuerySet[Any, Any]:
    """Add up what lost chargebacks took from somewhere."""
    rows = Chargeback.objects.filter(status=Chargeback.Status.LOST)
    return rows.values_list(of, "currency").annotate(total=Sum(column))


@asked
def recovered(amount: F, which: Q) -> QuerySet[Any, Any]:
    """Add up what came back from experts, or is owed by them."""
    keyed = Recovery.objects.filter(which).values_list(
        "release__milestone__contract__expert__public_id", "release__milestone__contract__currency"
    )
    return keyed.annotate(total=Sum(amount))


def came_in(path: str) -> Coalesce:
    """In which currency a payment's money came."""
    return Coalesce(NullIf(f"{path}received_currency", Value("")), f"{path}currency")


def unequal(pot: Pot, came: Counter[str], went: Counter[str]) -> Iterator[str]:
    """Hold a pot's balances, which are credits, against what came in less what went out."""
    ledger = {code.partition(":")[2]: -minor for code, minor in balances_of(pot).items()}
    for key in sorted({*ledger, *came}):
        if ledger.get(key, 0) != came[key] - went[key]:
            yield f"{pot.value}:{key} is {ledger.get(key, 0)}, not {came[key] - went[key]}"
