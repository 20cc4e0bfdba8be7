"""The ledger as one side of a contract reads it: each figure adds up entries and nothing else.

A book says whose entries they are and what they are to that side. Months and days are those of UTC,
so that everybody who reads a statement reads the same one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import (
    F,
    Func,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, TruncMonth

from contracts.models import (
    Contract,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
)
from contracts.models.ledger import Pot
from marketplace.kit.money import Money

Fact = LedgerTransaction.Kind
# Money on its way between us and an expert's account: nobody earns or spends anything by it.
PASSAGES = frozenset({Fact.TRANSFER, Fact.REVERSAL, Fact.EXTERNAL})
# The public ids from which we know what milestone a fact is about: its own, a payment's, an
# operation's.
NAMED = ("mil_", "pay_", "opn_")


@dataclass(frozen=True, slots=True)
class Part:
    """What entries of one kind did to one pot, in one month and for one contract; debit above zero.

    `kind` is that of the fact; of a posting that takes another back, it is the other's. `told` is
    that of the posting itself.
    """

    contract_pk: int | None
    month: date
    kind: str
    told: str
    pot: str
    minor: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum over parts: which pots and which facts count, and which side of them is above zero."""

    pots: frozenset[Pot]
    sign: int
    counts: Callable[[str], bool] = lambda _kind: True

    def of(self, parts: Iterable[Part], currency: str) -> Money:
        """Add up what counts."""
        minors = (row.minor for row in parts if row.pot in self.pots and self.counts(row.kind))
        return Money(self.sign * sum(minors), currency)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: `amounts` stand under the book's heads, `change` is what it did to its rest."""

    at: datetime
    kind: str
    text: str
    contract: Contract
    milestone: Milestone | None
    amounts: Sequence[Money]
    amount: Money
    # What has to be said of the amount, in a few words.
    remark: str
    change: Money

    @property
    def day(self) -> date:
        """The day it happened on, in UTC."""
        return self.at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Book:
    """One side's own reading of the ledger; `rest` is what it has with us after each fact."""

    currency: str
    entries: QuerySet[LedgerEntry]
    transactions: QuerySet[LedgerTransaction]
    # What this side calls a fact, where the ledger's own word would not do.
    words: Mapping[str, str]
    heads: Sequence[str]
    amounts: Callable[[Iterable[Part], str], Sequence[Money]]
    # The one amount that says it in a list.
    amount: Callable[[Sequence[Money]], Money]
    remark: Callable[[Sequence[Money]], str]
    rest: Callable[[Sequence[Money]], Money]
    rest_name: str

    def named(self, kind: str) -> str:
        """Say what kind of fact it is."""
        return self.words.get(kind) or str(Fact(kind).label)


@dataclass(frozen=True, slots=True)
class Search:
    """Which lines of a book: of one kind, of one contract, from a day up to and without another."""

    kind: str = ""
    contract: Contract | None = None
    since: date | None = None
    until: date | None = None


def parts(entries: QuerySet[LedgerEntry]) -> list[Part]:
    """Add up entries by contract, month, kind of fact and pot, in one query."""
    keyed = entries.order_by().annotate(
        month=TruncMonth("transaction__happened_at", tzinfo=UTC),
        fact=Coalesce("transaction__reverses__kind", "transaction__kind"),
        pot=pot_of("account__code"),
    )
    rows = keyed.values_list(
        "transaction__contract_id", "month", "fact", "transaction__kind", "pot"
    )
    return [
        Part(contract_pk, month.astimezone(UTC).date(), kind, told, pot, minor)
        for contract_pk, month, kind, told, pot, minor in rows.annotate(minor=Sum("amount"))
    ]


def pot_of(column: str) -> Func:
    """Return the pot in the code of an account: `escrow` of `escrow:mil_…:usd`."""
    return Func(F(column), Value(":"), Value(1), function="split_part", output_field=TextField())


def found(book: Book, search: Search) -> QuerySet[LedgerTransaction]:
    """Return the transactions of a book that are searched for, the latest first and whole."""
    entries = LedgerEntry.objects.select_related("account")
    related = ("contract__organisation", "contract__expert__user", "reverses")
    rows = book.transactions.select_related(*related).prefetch_related(Prefetch("entries", entries))
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.contract:
        rows = rows.filter(contract=search.contract)
    if search.since:
        rows = rows.filter(happened_at__gte=midnight(search.since))
    if search.until:
        rows = rows.filter(happened_at__lt=midnight(search.until))
    return rows.order_by("-happened_at", "-pk")


def lines(book: Book, found: Iterable[LedgerTransaction]) -> list[Line]:
    """Read what was `found` as lines, in their order and with all that is shown of them."""
    rows = list(found)
    milestones = _milestones_of(rows)
    return [_line(book, row, milestones.get(row.pk)) for row in rows]


def kinds(book: Book, told: Iterable[str]) -> list[tuple[str, str]]:
    """Name kinds of facts as a book does, in the order of the names."""
    return sorted(((kind, book.named(kind)) for kind in set(told)), key=lambda pair: pair[1])


def kinds_in(parts: Iterable[Part]) -> frozenset[str]:
    """Return the kinds of the facts that make up these parts of a book."""
    return frozenset(part.told for part in parts if part.contract_pk)


def rest_before(book: Book, day: date) -> Money:
    """Return what a side had with us when a day began."""
    earlier = book.entries.filter(transaction__happened_at__lt=midnight(day))
    return book.rest(book.amounts(parts(earlier), book.currency))


def midnight(day: date) -> datetime:
    """Return the moment a day begins in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def last_twelve(today: date) -> list[date]:
    """Return the first day of this month and of the eleven before it, oldest first."""
    counted = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(counted - 11, counted + 1)]


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger holds for one milestone."""

    milestone: Milestone
    amount: Money
    # What of the price was let go before.
    released: Money

    @property
    def since(self) -> date | None:
        """The month it was paid for in."""
        funded = self.milestone.funded_at
        return funded.astimezone(UTC).date().replace(day=1) if funded else None


def held(milestones: QuerySet[Milestone], pots: Iterable[Pot]) -> list[Held]:
    """Return what these pots hold for each of these milestones; those with nothing are left out."""
    minor: Combinable = Value(0)
    for pot in pots:
        code = Concat(
            Value(f"{pot}:"),
            OuterRef("public_id"),
            Value(":"),
            OuterRef("contract__currency"),
            output_field=TextField(),
        )
        account = LedgerAccount.objects.filter(code=code).values("balance")
        minor -= Coalesce(Subquery(account), 0)
    rows = (
        milestones.annotate(minor=minor)
        .exclude(minor=0)
        .select_related("contract")
        .annotate(released_minor=Sum("releases__gross_minor", default=0))
    )
    return [
        Held(
            milestone=row,
            amount=Money(row.minor, row.contract.currency),
            released=Money(row.released_minor, row.contract.currency),
        )
        for row in rows
    ]


def _line(book: Book, row: LedgerTransaction, milestone: Milestone | None) -> Line:
    assert row.contract  # noqa: S101 (a book has no transaction without one)
    kind = row.reverses.kind if row.reverses else row.kind
    own = [
        Part(row.contract_id, row.happened_at.date(), kind, row.kind, _pot(entry), entry.amount)
        for entry in row.entries.all()
        if entry.currency == book.currency
    ]
    amounts = book.amounts(own, book.currency)
    return Line(
        at=row.happened_at,
        kind=row.kind,
        text=book.named(row.kind),
        contract=row.contract,
        milestone=milestone,
        amounts=amounts,
        amount=book.amount(amounts),
        remark=book.remark(amounts),
        change=book.rest(amounts),
    )


def _pot(entry: LedgerEntry) -> str:
    return entry.account.code.partition(":")[0]


def _milestones_of(rows: Iterable[LedgerTransaction]) -> dict[int, Milestone]:
    """Find the milestone each transaction is about, in one query for all of them.

    Its key or one of its accounts names the milestone, a payment for it or an operation about it.
    """
    names = {row.pk: _names_in(row) for row in rows}
    every = {name for found_names in names.values() for name in found_names}
    itself, by_payment, by_operation = (
        Milestone.objects.annotate(named=F(path)).filter(named__in=every).order_by()
        for path in ("public_id", "payments__public_id", "releases__operations__public_id")
    )
    milestones = {row.named: row for row in itself.union(by_payment, by_operation, all=True)}
    return {
        row_pk: milestones[name]
        for row_pk, found_names in names.items()
        for name in found_names
        if name in milestones
    }


def _names_in(row: LedgerTransaction) -> set[str]:
    """Return the public ids in a transaction's key and in the codes of its accounts."""
    texts = [row.idem_key, *(entry.account.code for entry in row.entries.all())]
    return {word for text in texts for word in text.split(":") if word.startswith(NAMED)}
