"""Questions about the money whose answer must be "none"; asked by a command and after every test.

Each question yields a sentence per violation. They read committed rows only, so ask them between
transactions; while a payment is under way, Stripe may know of it a moment before we do.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, Sum
from django.db.models.functions import Cast

from contracts.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    Release,
)
from contracts.models.ledger import Pot
from marketplace.kit.money import Money

PAID_FOR = ("funded", "submitted", "changes_asked", "released")


def violations() -> list[str]:
    """Return a sentence for everything about the money that is not as it must be."""
    return [sentence for question in QUESTIONS for sentence in question()]


def differences(theirs: Mapping[str, Money]) -> list[str]:
    """Compare what we believe to have at Stripe with what Stripe says, by currency."""
    ours = {code.split(":")[1]: minor for code, minor in _balances(Pot.STRIPE).items()}
    return [
        f"stripe:{currency}: we have {ours.get(currency, 0)}, Stripe has {amount.minor}"
        for currency, amount in theirs.items()
        if ours.get(currency, 0) != amount.minor
    ]


def transactions_that_do_not_balance() -> Iterator[str]:
    """Every transaction has two legs or more, and they sum to zero in each currency."""
    sums = LedgerEntry.objects.values("transaction__idem_key", "currency")
    for row in sums.annotate(total=Sum("amount")).exclude(total=0):
        yield f"{row['transaction__idem_key']} is out of balance by {row['total']}"
    legs = LedgerTransaction.objects.annotate(legs=Count("entries")).filter(legs__lt=2)
    for key in legs.values_list("idem_key", flat=True):
        yield f"{key} has fewer than two legs"


def balances_that_drifted() -> Iterator[str]:
    """Every balance is the sum of its entries."""
    rows = LedgerAccount.objects.annotate(derived=Sum("entries__amount", default=0))
    for row in rows.exclude(derived=F("balance")):
        yield f"{row.code} says {row.balance}, its entries say {row.derived}"


def escrow_that_differs() -> Iterator[str]:
    """What is held for a milestone is what was paid for it less what was released."""
    paid = _per_milestone(Payment.objects.filter(status=Payment.Status.HELD), "amount_minor")
    released = _per_milestone(Release.objects.all(), "gross_minor")
    yield from _unequal(Pot.ESCROW, paid, released)


def deferred_fees_that_differ() -> Iterator[str]:
    """The client fee not yet earned is what was paid less what was earned by releases."""
    paid = _per_milestone(Payment.objects.filter(status=Payment.Status.HELD), "fee_minor")
    earned = _per_milestone(Release.objects.all(), "client_fee_minor")
    yield from _unequal(Pot.FEE_DEFERRED, paid, earned)


def payables_that_differ() -> Iterator[str]:
    """What we owe an expert is what was released to them less what has been sent."""
    owed: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    net = Sum(F("gross_minor") - F("expert_fee_minor"))
    releases = Release.objects.values(
        expert=F("milestone__contract__expert__public_id"),
        currency=F("milestone__contract__currency"),
    )
    for row in releases.annotate(total=net):
        owed[f"{row['expert']}:{row['currency']}"] = row["total"]
    operations = Operation.objects.filter(status=Operation.Status.SUCCEEDED).values(
        expert=F("contract__expert__public_id"), currency=F("contract__currency")
    )
    amount = Sum(Cast(F("params__amount"), BigIntegerField()))
    for row in operations.annotate(total=amount):
        sent[f"{row['expert']}:{row['currency']}"] = row["total"]
    yield from _unequal(Pot.PAYABLE, owed, sent)


def milestones_not_paid_once() -> Iterator[str]:
    """A milestone that was funded has exactly one held payment, any other has none."""
    held = Count("payments", filter=Q(payments__status=Payment.Status.HELD))
    for row in Milestone.objects.annotate(held=held):
        expected = 1 if row.status in PAID_FOR else 0
        if row.held != expected:
            yield f"{row.public_id} is {row.status} and has {row.held} held payments"


def milestones_not_released_once() -> Iterator[str]:
    """A released milestone has exactly one release, any other has none."""
    for row in Milestone.objects.annotate(count=Count("releases")):
        expected = 1 if row.status == Milestone.Status.RELEASED else 0
        if row.count != expected:
            yield f"{row.public_id} is {row.status} and has {row.count} releases"


def facts_not_posted_once() -> Iterator[str]:
    """Every held payment, release and finished operation has its posting, and no other exists."""
    held = Payment.objects.filter(status=Payment.Status.HELD)
    done = Operation.objects.filter(status=Operation.Status.SUCCEEDED)
    kinds = LedgerTransaction.Kind
    yield from _unposted(kinds.FUND, [f"fund:{key}" for key in _names(held)])
    yield from _unposted(kinds.RELEASE, [f"release:{key}" for key in _names(Release.objects.all())])
    yield from _unposted(kinds.TRANSFER, [f"op:{key}:settled" for key in _names(done)])


def releases_without_an_operation() -> Iterator[str]:
    """Every release decided exactly one transfer."""
    rows = Release.objects.annotate(count=Count("operations")).exclude(count=1)
    for row in rows:
        yield f"{row.public_id} has {row.count} operations"


def operations_done_without_a_transfer() -> Iterator[str]:
    """An operation is done when Stripe has a transfer for it, and only then."""
    is_done = Q(status=Operation.Status.SUCCEEDED)
    for row in Operation.objects.filter(is_done ^ Q(stripe_id__isnull=False)):
        yield f"{row.public_id} is {row.status} with transfer {row.stripe_id}"


def debts_not_covered() -> Iterator[str]:
    """What we owe is on our Stripe balance.

    Stripe keeps its fee at once and ours is earned at release, so until then Stripe's fee is paid
    out of a client fee that is still a liability: the balance is compared before Stripe's fees.
    """
    liabilities = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.LIABILITY)
    owed = liabilities.values("currency").annotate(total=Sum("balance"))
    at_stripe, kept = _balances(Pot.STRIPE), _balances(Pot.PSP_FEES)
    for row in owed:
        code = row["currency"]
        there = at_stripe[f"{Pot.STRIPE.value}:{code}"] + kept[f"{Pot.PSP_FEES.value}:{code}"]
        if -row["total"] > there:
            yield f"we owe {-row['total']} {code} and have {there} before Stripe's fees"


QUESTIONS: tuple[Callable[[], Iterator[str]], ...] = (
    transactions_that_do_not_balance,
    balances_that_drifted,
    escrow_that_differs,
    deferred_fees_that_differ,
    payables_that_differ,
    milestones_not_paid_once,
    milestones_not_released_once,
    facts_not_posted_once,
    releases_without_an_operation,
    operations_done_without_a_transfer,
    debts_not_covered,
)


def _balances(pot: Pot) -> Counter[str]:
    """Return the signed balances of a pot's accounts by code."""
    rows = LedgerAccount.objects.filter(code__startswith=f"{pot.value}:")
    return Counter(dict(rows.values_list("code", "balance")))


def _per_milestone(rows: Any, column: str) -> Counter[str]:
    keyed = rows.values_list("milestone__public_id", "milestone__contract__currency")
    found: Counter[str] = Counter()
    for milestone, currency, total in keyed.annotate(total=Sum(column)):
        found[f"{milestone}:{currency}"] = total
    return found


def _unequal(pot: Pot, came: Counter[str], went: Counter[str]) -> Iterator[str]:
    """Hold a pot's balances, which are credits, against what came in less what went out."""
    ledger = {code.partition(":")[2]: -minor for code, minor in _balances(pot).items()}
    for key in sorted({*ledger, *came}):
        if ledger.get(key, 0) != came[key] - went[key]:
            yield f"{pot.value}:{key} is {ledger.get(key, 0)}, not {came[key] - went[key]}"


def _names(rows: Any) -> Iterable[str]:
    names: Iterable[str] = rows.values_list("public_id", flat=True)
    return names


def _unposted(kind: LedgerTransaction.Kind, expected: Iterable[str]) -> Iterator[str]:
    posted = set(LedgerTransaction.objects.filter(kind=kind).values_list("idem_key", flat=True))
    for key in sorted(posted.symmetric_difference(expected)):
        yield f"{key} is {'posted without its fact' if key in posted else 'not posted'}"
