"""Statements: what a side's book says of one month or of one contract, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from contracts.models import Contract
from contracts.selectors import books
from contracts.selectors.books import Book, Line, Search
from marketplace.kit.money import Money, total_of
from marketplace.kit.spreadsheets import Cell
from marketplace.kit.words import month_and_year_text


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines in the order of time, each with what is left after it; it adds up from top to bottom.

    `opening` is what was left before the first line and `closing` what is after the last one.
    """

    book: Book
    title: str
    name: str
    opening: Money
    lines: Sequence[tuple[Line, Money]]
    totals: Sequence[Money]
    closing: Money

    @property
    def totalled(self) -> list[tuple[str, Money]]:
        """The heads with the sum under each."""
        return list(zip(self.book.heads, self.totals, strict=True))


def of_month(book: Book, month: date) -> Statement:
    """Return what a book says of one month."""
    until = books.next_month(month)
    return _statement(
        book,
        Search(since=month, until=until),
        title=month_and_year_text(month),
        name=f"{month:%Y-%m}",
        opening=books.rest_before(book, month),
    )


def of_contract(book: Book, contract: Contract) -> Statement:
    """Return what a book says of one contract, from its first day on."""
    return _statement(
        book,
        Search(contract=contract),
        title=contract.title,
        name=contract.public_id,
        opening=Money(0, book.currency),
    )


def head(book: Book) -> list[str]:
    """Return the heads of a table of lines; the columns are those of `rows`."""
    named = [_("Date"), _("Type"), _("Contract"), _("Title"), _("Client"), _("Expert")]
    return [*named, _("Milestone"), *book.heads, _("Currency")]


def rows(book: Book, lines: Sequence[Line]) -> Iterator[Sequence[Cell]]:
    """Yield lines as rows of a table, amounts to the last unit."""
    for line in lines:
        yield [
            line.day,
            line.text,
            line.contract.public_id,
            line.contract.title,
            line.contract.organisation.name,
            line.contract.expert.name,
            line.milestone.title if line.milestone else "",
            *line.amounts,
            book.currency.upper(),
        ]


def _statement(book: Book, search: Search, *, title: str, name: str, opening: Money) -> Statement:
    found = books.lines(book, books.found(book, search).reverse())
    left, running = opening, []
    for line in found:
        left += line.change
        running.append((line, left))
    columns = zip(*(line.amounts for line in found), strict=True)
    totals = [total_of(column, book.currency) for column in columns]
    return Statement(
        book=book,
        title=title,
        name=name,
        opening=opening,
        lines=running,
        totals=totals or [Money(0, book.currency) for _head in book.heads],
        closing=left,
    )
