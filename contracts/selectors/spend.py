"""Reads of what a client organisation has paid, and where that money is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from accounts.models import Organisation
from contracts.models import LedgerEntry, LedgerTransaction, Milestone
from contracts.models.ledger import Pot
from contracts.selectors import books
from contracts.selectors.books import PASSAGES, Book, Fact, Figure, Part
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import month_text

# Between us and our provider, our bank or the expert: nothing to the client.
NOT_THEIRS = frozenset(
    {Fact.STRIPE_FEE, Fact.CHARGEBACK_FEE, Fact.PLATFORM_PAYOUT, Fact.TRANSFER, Fact.REVERSAL}
)
CHARGES = frozenset({Fact.FUND, Fact.BONUS, Fact.MISMATCH})
HOLDING = (Pot.ESCROW, Pot.FEE_DEFERRED)
CHARGED = Figure(frozenset({Pot.STRIPE}), +1, lambda kind: kind in CHARGES)
HELD = Figure(frozenset(HOLDING), -1)
ASIDE = Figure(frozenset({Pot.SUSPENSE}), -1)
SPENT = Figure(
    frozenset({Pot.PAYABLE, Pot.RECEIVABLE, Pot.FEE_REVENUE, Pot.DISPUTE_LOSS, Pot.GOODWILL}),
    -1,
    lambda kind: kind not in PASSAGES,
)


@dataclass(frozen=True, slots=True)
class OfContract:
    """What one contract has cost so far, and what is held for it."""

    contract_pk: int
    charged: Money
    spent: Money
    returned: Money
    held: Money


@dataclass(frozen=True, slots=True)
class Spend:
    """What a client has paid, our fees included, by where it is; `months` are the last twelve."""

    held: Money
    released: Money
    returned: Money
    this_year: Money
    # Paid and not placed yet; a person looks at it.
    aside: Money
    months: Sequence[tuple[str, Money, Money]]
    # The months there is anything to read of, and each contract with what it cost.
    periods: Sequence[date]
    kinds: Collection[str]
    contracts: Sequence[OfContract]

    @property
    def contract_pks(self) -> Sequence[int]:
        """The contracts there is anything to read of."""
        return [row.contract_pk for row in self.contracts]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever paid."""
        return not self.periods


def book(organisation: Organisation, *, currency: str) -> Book:
    """Return a client's reading of the ledger: what was charged, and where it went."""
    entries = LedgerEntry.objects.filter(
        transaction__contract__organisation=organisation, currency=currency
    )
    transactions = LedgerTransaction.objects.filter(contract__organisation=organisation)
    return Book(
        currency=currency,
        entries=entries.exclude(transaction__kind__in=NOT_THEIRS),
        transactions=transactions.exclude(kind__in=NOT_THEIRS),
        words={
            Fact.FUND: _("Paid"),
            Fact.BONUS: _("Bonus paid"),
            Fact.RELEASE: _("Released to the expert"),
            Fact.AWARDED_RELEASE: _("Released to the expert by a decision"),
            Fact.REFUND: _("Returned to you"),
            Fact.AWARDED_REFUND: _("Returned to you by a decision"),
            Fact.REFUND_SETTLED: _("Refund sent to your card"),
            Fact.REFUND_FAILED: _("Refund sent back by your bank"),
            Fact.MISMATCH: _("Paid, and set aside until we know what for"),
            Fact.CHARGEBACK: _("Claimed back by your bank"),
            Fact.CHARGEBACK_WON: _("Claim given up by your bank"),
            Fact.CHARGEBACK_LOST: _("Kept by your bank"),
            Fact.ADJUSTMENT: _("Corrected by our staff"),
            Fact.REVERSING: _("An earlier entry taken back"),
        },
        heads=[_("Charged"), _("Spent"), _("Returned"), _("Held")],
        amounts=_amounts,
        amount=_amount,
        remark=_remark,
        rest=lambda amounts: amounts[3],
        rest_name=_("Held"),
    )


def spend(organisation: Organisation, *, currency: str, at: datetime) -> Spend:
    """Return what this organisation has paid, and where it is."""
    own = book(organisation, currency=currency)
    parts = books.parts(own.entries)
    milestones = Milestone.objects.filter(contract__organisation=organisation)
    held = books.held(milestones, HOLDING)
    _charged, spent, returned, holding = _amounts(parts, currency)
    today = at.astimezone(UTC).date()
    return Spend(
        held=holding,
        released=spent,
        returned=returned,
        this_year=SPENT.of((part for part in parts if part.month.year == today.year), currency),
        aside=ASIDE.of(parts, currency),
        months=[
            (
                month_text(month),
                SPENT.of((part for part in parts if part.month == month), currency),
                total_of((row.amount for row in held if row.since == month), currency),
            )
            for month in books.last_twelve(today)
        ],
        periods=sorted({part.month for part in parts}, reverse=True),
        kinds=books.kinds_in(parts),
        contracts=_by_contract(parts, currency),
    )


def _by_contract(parts: Sequence[Part], currency: str) -> list[OfContract]:
    """Add up each contract, those with most spent first."""
    own: dict[int, list[Part]] = {}
    for part in parts:
        own.setdefault(part.contract_pk or 0, []).append(part)
    rows = [OfContract(key, *_amounts(found, currency)) for key, found in own.items()]
    return sorted(rows, key=lambda row: (-row.spent.minor, -row.charged.minor, row.contract_pk))


def _amounts(parts: Iterable[Part], currency: str) -> Sequence[Money]:
    """What was charged, what became final, what went back or is on its way back, what is held."""
    rows = list(parts)
    charged, held, spent = (figure.of(rows, currency) for figure in (CHARGED, HELD, SPENT))
    returned = charged - held - spent - ASIDE.of(rows, currency)
    return [charged, spent, returned, held]


def _remark(amounts: Sequence[Money]) -> str:
    charged, spent, _returned, _held = amounts
    return _("our fee included") if charged or spent else ""


def _amount(amounts: Sequence[Money]) -> Money:
    """The first thing a fact did of: charge, let go, give back."""
    charged, spent, returned, held = amounts
    return charged or spent or -returned or held
