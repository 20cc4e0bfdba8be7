"""Reads of what an expert has earned, where it is, and of the account it is paid to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from contracts import fees
from contracts.models import LedgerEntry, LedgerTransaction, Milestone, Operation, PayoutAccount
from contracts.models.ledger import Pot
from contracts.selectors import books
from contracts.selectors.books import PASSAGES, Book, Fact, Figure, Held, Part
from experts.models import Expert
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import money_text, month_text

OWN = frozenset({Pot.PAYABLE, Pot.RECEIVABLE})
RELEASES = frozenset({Fact.RELEASE, Fact.AWARDED_RELEASE})
EARNED = Figure(OWN, -1, lambda kind: kind not in PASSAGES)
EARNED_OTHERWISE = Figure(OWN, -1, lambda kind: kind not in {*PASSAGES, *RELEASES})
SENT = Figure(OWN, +1, lambda kind: kind in PASSAGES)
LET_GO = Figure(frozenset({Pot.ESCROW}), +1, lambda kind: kind in RELEASES)


@dataclass(frozen=True, slots=True)
class Clearing:
    """What was released and leaves later; `first_at` is when the first of it does."""

    amount: Money
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class Earnings:
    """What an expert has earned, after our fee, by where it is; `months` are the last twelve."""

    ready: Money
    clearing: Clearing
    held: Money
    this_year: Money
    # What the expert owes us; their next releases pay it back.
    owed: Money
    months: Sequence[tuple[str, Money, Money]]
    # The months and the contracts there is anything to read of.
    periods: Sequence[date]
    kinds: Collection[str]
    contract_pks: Sequence[int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not self.periods and not self.held


def book(expert: Expert, *, currency: str) -> Book:
    """Return an expert's reading of the ledger: what we owe them, less what they owe us."""
    codes = [f"{pot}:{expert.public_id}:{currency}" for pot in OWN]
    entries = LedgerEntry.objects.filter(account__code__in=codes)
    own = entries.filter(transaction=OuterRef("pk"))
    return Book(
        currency=currency,
        entries=entries,
        transactions=LedgerTransaction.objects.filter(Exists(own), contract__isnull=False),
        words={
            Fact.RELEASE: _("Released to you"),
            Fact.AWARDED_RELEASE: _("Released to you by a decision"),
            Fact.TRANSFER: _("Sent to your account"),
            Fact.REVERSAL: _("Taken back from your account"),
            Fact.CHARGEBACK_LOST: _("Taken back by the client's bank"),
            Fact.REFUND: _("Returned to the client"),
            Fact.AWARDED_REFUND: _("Returned to the client by a decision"),
            Fact.ADJUSTMENT: _("Corrected by our staff"),
            Fact.REVERSING: _("An earlier entry taken back"),
        },
        heads=[_("Released"), _("Our fee"), _("Earned"), _("Sent")],
        amounts=_amounts,
        amount=lambda amounts: amounts[2] - amounts[3],
        remark=_remark,
        rest=lambda amounts: amounts[2] - amounts[3],
        rest_name=_("Not sent yet"),
    )


def earnings(expert: Expert, *, currency: str, at: datetime) -> Earnings:
    """Return what this expert has earned, and where it is."""
    own = book(expert, currency=currency)
    parts = books.parts(own.entries)
    held = books.held(Milestone.objects.filter(contract__expert=expert), [Pot.ESCROW])
    clearing = _clearing(expert, currency, at)
    today = at.astimezone(UTC).date()
    return Earnings(
        ready=_balance(parts, Pot.PAYABLE, currency) - clearing.amount,
        clearing=clearing,
        held=total_of((_net(row) for row in held), currency),
        this_year=EARNED.of((part for part in parts if part.month.year == today.year), currency),
        owed=-_balance(parts, Pot.RECEIVABLE, currency),
        months=[
            (
                month_text(month),
                EARNED.of((part for part in parts if part.month == month), currency),
                total_of((_net(row) for row in held if row.since == month), currency),
            )
            for month in books.last_twelve(today)
        ],
        periods=sorted({part.month for part in parts}, reverse=True),
        kinds=books.kinds_in(parts),
        contract_pks=sorted({part.contract_pk for part in parts if part.contract_pk}),
    )


def payout_account(expert: Expert) -> PayoutAccount | None:
    """Return the expert's account at Stripe as we last saw it, if there is one."""
    account = PayoutAccount.objects.filter(expert=expert).first()
    if account:
        account.expert = expert
    return account


def _amounts(parts: Iterable[Part], currency: str) -> Sequence[Money]:
    """What was let go of the price, our fee on it, what is left of it, what went to the account."""
    rows = list(parts)
    earned = EARNED.of(rows, currency)
    gross = LET_GO.of(rows, currency) + EARNED_OTHERWISE.of(rows, currency)
    return [gross, gross - earned, earned, SENT.of(rows, currency)]


def _remark(amounts: Sequence[Money]) -> str:
    fee = amounts[1]
    return _("after %(fee)s fee") % {"fee": money_text(fee)} if fee else ""


def _balance(parts: Iterable[Part], pot: Pot, currency: str) -> Money:
    return Figure(frozenset({pot}), -1).of(parts, currency)


def _clearing(expert: Expert, currency: str, at: datetime) -> Clearing:
    """What may not leave yet; a transfer that was tried before only waits to be tried again."""
    waiting = Operation.objects.filter(
        kind=Operation.Kind.TRANSFER,
        contract__expert=expert,
        status=Operation.Status.PENDING,
        sends=0,
        due_at__gt=at,
    ).order_by("due_at")
    rows = [row for row in waiting if row.params["currency"] == currency]
    return Clearing(
        amount=total_of((Money(row.params["amount"], currency) for row in rows), currency),
        first_at=rows[0].due_at if rows else None,
    )


def _net(row: Held) -> Money:
    """What the expert gets of held money once it is released."""
    bps = row.milestone.contract.expert_fee_bps
    return row.amount - fees.earned_by(row.amount, released_before=row.released, bps=bps)
