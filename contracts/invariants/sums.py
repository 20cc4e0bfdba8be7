"""What rows and pots add up to, by the name that both are known by."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, F, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce, NullIf

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


def balances_of(pot: Pot) -> Counter[str]:
    """Return the signed balances of a pot's accounts by code, the shares of one added up."""
    rows = LedgerAccount.objects.filter(code__startswith=f"{pot.value}:")
    found: Counter[str] = Counter()
    for code, minor in rows.values_list("code", "balance"):
        found[whole(code)] += minor
    return found


def per_milestone(rows: Any, column: str) -> Counter[str]:
    keyed = rows.values_list("milestone__public_id", "milestone__contract__currency")
    found: Counter[str] = Counter()
    for milestone, currency, total in keyed.annotate(total=Sum(column)):
        found[f"{milestone}:{currency}"] = total
    return found


def per_expert(kind: Operation.Kind) -> Counter[str]:
    """Add up what operations of a kind have moved, by expert and currency."""
    rows = Operation.objects.filter(kind=kind, **HAS_LEFT)
    keyed = rows.values_list("contract__expert__public_id", "contract__currency")
    found: Counter[str] = Counter()
    for expert, currency, total in keyed.annotate(total=AMOUNT):
        found[f"{expert}:{currency}"] = total
    return found


def lost(of: str, column: str) -> Counter[str]:
    """Add up what lost chargebacks took from somewhere."""
    rows = Chargeback.objects.filter(status=Chargeback.Status.LOST)
    found: Counter[str] = Counter()
    for key, currency, total in rows.values_list(of, "currency").annotate(total=Sum(column)):
        found[f"{key}:{currency}"] = total
    return found


def recovered(amount: Any, which: Q) -> Counter[str]:
    """Add up what came back from experts, or is owed by them."""
    keyed = Recovery.objects.filter(which).values_list(
        "release__milestone__contract__expert__public_id", "release__milestone__contract__currency"
    )
    found: Counter[str] = Counter()
    for expert, currency, total in keyed.annotate(total=Sum(amount)):
        found[f"{expert}:{currency}"] = total
    return found


def came_in(path: str) -> Coalesce:
    """In which currency a payment's money came."""
    return Coalesce(NullIf(f"{path}received_currency", Value("")), f"{path}currency")


def unequal(pot: Pot, came: Counter[str], went: Counter[str]) -> Iterator[str]:
    """Hold a pot's balances, which are credits, against what came in less what went out."""
    ledger = {code.partition(":")[2]: -minor for code, minor in balances_of(pot).items()}
    for key in sorted({*ledger, *came}):
        if ledger.get(key, 0) != came[key] - went[key]:
            yield f"{pot.value}:{key} is {ledger.get(key, 0)}, not {came[key] - went[key]}"
