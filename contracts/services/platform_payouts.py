"""What we have earned goes to our bank once a day, and never what we owe."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from contracts import gateway
from contracts.models import LedgerAccount, Operation
from contracts.models.ledger import Pot
from contracts.services import outgoing
from marketplace.kit.money import Money

Kind = LedgerAccount.Kind
# Nothing smaller is worth its line in the bank's book.
SMALLEST_MINOR = 1_00
# The lock of whoever decides one; there is no row that stands for all payouts.
DECIDING = int.from_bytes(b"payout", "big")


def pay_out(*, at: datetime) -> Operation | None:
    """Decide the day's payout, if there is anything to pay out; a second run decides nothing.

    :raises GatewayError: if Stripe does not say what is available.
    """
    currency = settings.CURRENCY
    balance = gateway.provider().balance().get(currency)
    available = balance.available if balance else Money(0, currency)
    return _decide(available, at)


def payable(available: Money) -> Money:
    """Return what may leave: earned, available, and neither owed to anybody nor kept in reserve."""
    currency = available.currency
    spare = available.minor - _owed(currency) - settings.PAYOUT_RESERVE_MINOR
    return Money(max(min(spare, _earned(currency)), 0), currency)


@transaction.atomic
def _decide(available: Money, at: datetime) -> Operation | None:
    _wait_for_others()
    purpose = f"{available.currency}:{at.date()}"
    is_decided = Operation.objects.filter(business_key=f"payout:{purpose}").exists()
    amount = payable(available)
    if is_decided or _is_one_under_way() or amount.minor < SMALLEST_MINOR:
        return None
    return outgoing.decide_payout(amount, purpose=purpose, by=None, at=at)


def _wait_for_others() -> None:
    """Let nobody else decide meanwhile: around midnight both would pay the same money out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DECIDING])


def _is_one_under_way() -> bool:
    """Whether a payout was decided that our books do not have yet."""
    over = (Operation.Status.FAILED, Operation.Status.CANCELLED)
    rows = Operation.objects.filter(kind=Operation.Kind.PAYOUT, moved_at=None)
    return rows.exclude(status__in=over).exists()


def _owed(currency: str) -> int:
    """Return all that is other people's money, in minor units."""
    return -_sum(currency, kind=Kind.LIABILITY)


def _earned(currency: str) -> int:
    """Return our fees less every cost, less what is owed to us, less what was paid out already."""
    profit = -_sum(currency, kind=Kind.REVENUE) - _sum(currency, kind=Kind.EXPENSE)
    outside = sum(
        _sum(currency, code__startswith=f"{pot.value}:")
        for pot in (Pot.BANK, Pot.RECEIVABLE, Pot.DISPUTE_RECV, Pot.SUSPENSE)
    )
    return profit - outside


def _sum(currency: str, **which: object) -> int:
    rows = LedgerAccount.objects.filter(currency=currency, **which)
    return int(rows.aggregate(sum=Sum("balance", default=0))["sum"])
