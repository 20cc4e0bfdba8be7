"""Stripe's book of our balance held against ours, a day at a time, in both directions.

Every line of Stripe's has its postings, and every posting on our Stripe account its line. Lines are
kept as they came, so that a posting finds its line on whatever day it was made; what does not agree
becomes a `Difference` (docs/money.md).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Sum

from contracts import gateway
from contracts.models import (
    Chargeback,
    Difference,
    LedgerEntry,
    LedgerTransaction,
    Match,
    Movement,
    Operation,
    Payment,
    Reconciliation,
)
from contracts.models.ledger import Pot
from contracts.services import book_differences, finance_notices
from contracts.services.book_differences import Found
from marketplace.kit.money import Money

Kind = Difference.Kind
A_DAY = timedelta(days=1)
# A posting made so shortly before midnight may have its line on the next day of Stripe's clock.
GRACE = timedelta(hours=1)
ON_OUR_BALANCE = f"{Pot.STRIPE.value}:"
# Lines by which money that had left comes back.
COMES_BACK = frozenset(["refund_failure", "payout_failure", "payout_cancel"])
OF_A_PAYMENT = ("ch_", "py_")


@dataclass(frozen=True, slots=True)
class Report:
    """What comparing a day came to."""

    day: date
    movements: int
    new: Sequence[Difference]


# --- Comparing


def reconcile(day: date, *, at: datetime) -> Report:
    """Compare a day, and report what the two books do not agree on; again is not twice.

    :raises GatewayError: if Stripe does not say what moved.
    """
    begin = datetime.combine(day, time.min, UTC)
    lines = list(gateway.provider().movements(begin, begin + A_DAY))
    return _compare(day, lines, at)


def compare_balance(*, at: datetime) -> Sequence[Difference]:
    """Compare what moved since the beginning with what Stripe says we have.

    While money moves between the two questions there is no saying, and nothing is reported.

    :raises GatewayError: if Stripe does not say.
    """
    latest = Reconciliation.objects.aggregate(day=Max("day"))["day"]
    if latest is None:
        return []
    since = datetime.combine(latest + A_DAY, time.min, UTC)
    before = gateway.provider().balance()
    lines = list(gateway.provider().movements(since, at + A_DAY))
    if gateway.provider().balance() != before:
        return []
    return _compare_sums(latest, before, lines, at)


def days_to_do(*, at: datetime) -> list[date]:
    """Return the days that are over and have not been compared, the first on top."""
    latest = Reconciliation.objects.aggregate(day=Max("day"))["day"]
    begun = LedgerTransaction.objects.aggregate(at=Min("happened_at"))["at"]
    if begun is None:
        return []
    first = begun.astimezone(UTC).date() if latest is None else latest + A_DAY
    return [first + A_DAY * n for n in range((at.astimezone(UTC).date() - first).days)]


@transaction.atomic
def _compare(day: date, lines: Sequence[gateway.Movement], at: datetime) -> Report:
    rows = _kept(lines)
    found = [*filter(None, map(_judged, rows)), *_extra(until=_end_of(day, at))]
    new = book_differences.report(found, at=at)
    _look_again(at)
    _close_the_day(day, rows, at)
    if new:
        finance_notices.differences_were_found(new, at)
    return Report(day, len(rows), new)


@transaction.atomic
def _compare_sums(
    day: date,
    balances: Mapping[str, gateway.Balance],
    lines: Iterable[gateway.Movement],
    at: datetime,
) -> Sequence[Difference]:
    sums = Counter(dict.fromkeys(balances, 0))
    for row in Movement.objects.values("currency").annotate(sum=Sum("net_minor")):
        sums[row["currency"]] += row["sum"]
    for line in lines:
        sums[line.net.currency] += line.net.minor
    found = [
        Found(Kind.BALANCE, f"{code}:{day}", day, theirs=has, ours=Money(net, code))
        for code, net in sorted(sums.items())
        if (has := _total(balances, code)) != Money(net, code)
    ]
    new = book_differences.report(found, at=at)
    if new:
        finance_notices.differences_were_found(new, at)
    return new


def _total(balances: Mapping[str, gateway.Balance], code: str) -> Money:
    return balances[code].total if code in balances else Money(0, code)


def _kept(lines: Sequence[gateway.Movement]) -> list[Movement]:
    """Keep Stripe's lines as they came; those kept before stay as they were.

    Stripe lists the latest first. Of two lines for one posting the earlier has it.
    """
    rows = [
        Movement(
            stripe_id=line.id,
            kind=line.kind,
            category=line.category,
            source_id=line.source_id,
            description=line.description,
            net_minor=line.net.minor,
            currency=line.net.currency,
            moved_at=line.created_at,
        )
        for line in reversed(lines)
    ]
    Movement.objects.bulk_create(rows, ignore_conflicts=True)
    kept = Movement.objects.filter(stripe_id__in=[row.stripe_id for row in rows])
    return list(kept.order_by("moved_at", "pk"))


# --- From Stripe's line to our postings


def _judged(movement: Movement) -> Found | None:
    """Find a line's postings and match them; return on what the two do not agree."""
    postings = [row for row in _postings(movement) if _is_free(row, movement)]
    if not postings:
        kind = Kind.MISSING if _is_of_ours(movement) else Kind.ORPHAN
        return _found(kind, movement, None, None)
    for row in postings:
        Match.objects.get_or_create(posting=row, defaults={"movement": movement})
    ours = _on_our_balance(postings, unlike=movement.currency)
    if ours.currency != movement.currency:
        return _found(Kind.CURRENCY, movement, ours, postings[0])
    if ours != movement.net:
        return _found(Kind.AMOUNT, movement, ours, postings[0])
    return None


def _found(
    kind: Difference.Kind,
    movement: Movement,
    ours: Money | None,
    posting: LedgerTransaction | None,
) -> Found:
    return Found(
        kind,
        movement.stripe_id,
        movement.moved_at.astimezone(UTC).date(),
        theirs=movement.net,
        ours=ours,
        movement=movement,
        posting=posting,
    )


def _postings(movement: Movement) -> list[LedgerTransaction]:
    """Return the postings a line accounts for: of a payment, the gross and Stripe's fee."""
    on_balance = LedgerTransaction.objects.filter(
        entries__account__code__startswith=ON_OUR_BALANCE
    ).distinct()
    return list(on_balance.filter(idem_key__in=_keys(movement)).select_related("match"))


def _keys(movement: Movement) -> list[str]:
    source = movement.source_id
    keys = [f"bt:{movement.stripe_id}", f"external:{source}"]
    if source.startswith(OF_A_PAYMENT):
        for payment in Payment.objects.filter(charge_id=source):
            keys += [f"fund:{payment.public_id}", f"mismatch:{payment.intent_id}"]
    end = "failed" if movement.kind in COMES_BACK else "settled"
    for operation in Operation.objects.filter(stripe_id=source):
        keys.append(f"op:{operation.public_id}:{end}")
    return keys


def _is_free(posting: LedgerTransaction, movement: Movement) -> bool:
    """Whether no other line has this posting."""
    match: Match | None = getattr(posting, "match", None)
    return match is None or match.movement_id == movement.pk


def _is_of_ours(movement: Movement) -> bool:
    """Whether we know what a line is about."""
    source = movement.source_id
    return (
        Payment.objects.filter(charge_id=source).exists()
        or Operation.objects.filter(stripe_id=source).exists()
        or Chargeback.objects.filter(stripe_id=source).exists()
    )


def _on_our_balance(postings: Iterable[LedgerTransaction], *, unlike: str = "") -> Money:
    """Add up what they did to our balance, in one currency.

    :param unlike: where they are of several, another one than this counts: it is the difference.
    """
    rows = LedgerEntry.objects.filter(
        transaction__in=list(postings), account__code__startswith=ON_OUR_BALANCE
    )
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.currency] += row.amount
    currency = next((code for code in sums if code != unlike), next(iter(sums)))
    return Money(sums[currency], currency)


# --- From our postings to Stripe's lines


def _extra(*, until: datetime) -> Iterator[Found]:
    """Return the postings on our Stripe account that no line accounts for."""
    rows = LedgerTransaction.objects.filter(
        entries__account__code__startswith=ON_OUR_BALANCE, happened_at__lt=until, match=None
    )
    for row in rows.select_related("reverses__match", "reversed_by__match").distinct():
        if not _is_taken_back(row):
            ours = _on_our_balance([row])
            day = row.happened_at.astimezone(UTC).date()
            yield Found(Kind.EXTRA, row.idem_key, day, ours=ours, posting=row)


def _is_taken_back(posting: LedgerTransaction) -> bool:
    """Whether it was made and taken back in our books alone, where nothing has moved."""
    other = getattr(posting, "reversed_by", None) or posting.reverses
    return other is not None and not hasattr(other, "match")


# --- After that


def _look_again(at: datetime) -> None:
    """End the differences that agree by now: what came late was booked, or found its line."""
    extra = {one.about for one in _extra(until=at)}
    for row in Difference.objects.filter(status=Difference.Status.OPEN).select_related("movement"):
        if row.kind == Kind.EXTRA:
            is_still = row.about in extra
        elif row.movement:
            still = _judged(row.movement)
            is_still = still is not None and still.kind == row.kind
        else:
            is_still = True
        if not is_still:
            book_differences.vanish(row, at=at)


def _close_the_day(day: date, rows: Sequence[Movement], at: datetime) -> None:
    """Write down what was compared, once the day is over."""
    if _end_of_day(day) > at:
        return
    for currency in sorted({row.currency for row in rows}) or [settings.CURRENCY]:
        of_it = [row for row in rows if row.currency == currency]
        matched = [row for row in of_it if row.matches.exists()]
        Reconciliation.objects.update_or_create(
            day=day,
            currency=currency,
            defaults={
                "movements": len(of_it),
                "net_minor": sum(row.net_minor for row in of_it),
                "matched_minor": sum(row.net_minor for row in matched),
                "done_at": at,
            },
        )


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC) + A_DAY


def _end_of(day: date, at: datetime) -> datetime:
    return min(_end_of_day(day), at) - GRACE
