"""How papers are handed out: as a page to read and print, as a PDF, as a table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse

from contracts.forms.papers import LinesForm
from contracts.models import Contract, Document
from contracts.models.document import Party
from contracts.selectors import books, documents, statements
from contracts.selectors.books import Book, Line
from contracts.selectors.statements import Statement
from marketplace.kit import paper
from marketplace.kit.spreadsheets import csv_of

TEMPLATE = "documents/statement.html"
SHEET = Path(settings.BASE_DIR) / "static" / "css" / "document.css"
LINES_PER_PAGE = 30
CONTRACTS_PER_PAGE = 30
# What a list to choose from offers at most: a page has to stay light.
MOST_CHOICES = 200


class Read(Protocol):
    """What of a book was read as a whole."""

    @property
    def periods(self) -> Sequence[date]: ...

    @property
    def kinds(self) -> Collection[str]: ...

    @property
    def contract_pks(self) -> Sequence[int]: ...


def lines_form(
    request: HttpRequest, book: Book, found: Read, contracts: Iterable[Contract]
) -> LinesForm:
    """Return the filters over a book's lines, as far as the address fills them in."""
    return LinesForm(
        request.GET,
        kinds=books.kinds(book, found.kinds),
        contracts=sorted(contracts, key=lambda row: (row.title, row.pk)),
        months=found.periods,
    )


def contracts_of(found: Read, *, besides: Sequence[int] = ()) -> dict[int, Contract]:
    """Return the latest contracts of a book, and those besides, by their keys, in one query."""
    latest = sorted(found.contract_pks)[-MOST_CHOICES:]
    return Contract.objects.select_related("expert__user").in_bulk({*latest, *besides})


def page_of_contracts(request: HttpRequest, contract_pks: Collection[int]) -> Page[Contract]:
    """Return a page of those contracts, the one that started last first; they link to papers."""
    rows = Contract.objects.filter(pk__in=contract_pks).order_by("-started_at", "-pk")
    return Paginator(rows, CONTRACTS_PER_PAGE).get_page(request.GET.get("page"))


def lines_page(request: HttpRequest, book: Book, form: LinesForm) -> dict[str, Any]:
    """Return what a list of a book's lines shows."""
    found = books.found(book, form.search)
    page = Paginator(found, LINES_PER_PAGE).get_page(request.GET.get("page"))
    rows = books.lines(book, page.object_list)
    return {"form": form, "page": page, "lines": rows}


def lines_file(request: HttpRequest, book: Book, found: Read, *, name: str) -> HttpResponse:
    """Hand out the lines that are searched for as a table."""
    form = lines_form(request, book, found, contracts_of(found).values())
    return table(book, books.lines(book, books.found(book, form.search)), name=name)


def table(book: Book, lines: Iterable[Line], *, name: str) -> HttpResponse:
    """Hand out lines as a table for a spreadsheet."""
    text = csv_of(statements.head(book), statements.rows(book, list(lines)))
    return _file(text.encode(), name=f"{name}.csv", kind="text/csv; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement, whose it is, and where its reader is: `name` is that of its address."""

    statement: Statement
    party: Party
    heading: str
    name: str
    argument: object
    back: str
    documents: Iterable[Document]

    def page(self, request: HttpRequest) -> HttpResponse:
        """Show it as a page that prints like its PDF."""
        return render(request, TEMPLATE, self._context())

    def file(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Hand it out as the kind of file that was asked for."""
        name = f"{self.back.split('-')[0]}-{self.statement.name}"
        if kind == "csv":
            return table(
                self.statement.book, [row for row, _rest in self.statement.lines], name=name
            )
        return printed(request, TEMPLATE, self._context(), name=name)

    def _context(self) -> dict[str, Any]:
        urls = {
            f"{kind}_url": reverse(f"contracts:{self.name}-file", args=[self.argument, kind])
            for kind in ("csv", "pdf")
        }
        return {"shown": self, "back_url": reverse(f"contracts:{self.back}"), **urls}


@dataclass(frozen=True, slots=True)
class Papers:
    """What is handed out of one side's money; `name` begins the names of its addresses."""

    name: str
    heading: str
    party: Party
    book: Book
    contracts: QuerySet[Contract]
    documents: QuerySet[Document]

    def of_month(self, month: date) -> Shown:
        """Return the statement of a month."""
        issued = documents.issued_in(self.documents, month)
        return self._shown("month", month, statements.of_month(self.book, month), issued)

    def of_contract(self, public_id: str) -> Shown:
        """Return the statement of a contract; or answer 404."""
        contract = get_object_or_404(self.contracts, public_id=public_id)
        issued = self.documents.filter(contract=contract)
        statement = statements.of_contract(self.book, contract)
        return self._shown("contract", public_id, statement, issued)

    def _shown(
        self, of: str, argument: object, statement: Statement, issued: Iterable[Document]
    ) -> Shown:
        return Shown(
            statement=statement,
            party=self.party,
            heading=self.heading,
            name=f"{self.name}-{of}",
            argument=argument,
            back=f"{self.name}-statements",
            documents=issued,
        )


def printed(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, name: str
) -> HttpResponse:
    """Hand out a page as a PDF; where none can be drawn, the page itself, which says so."""
    html = render_to_string(template, {**context, "is_file": True}, request)
    try:
        drawn = paper.pdf_of(html, sheet=SHEET)
    except paper.CannotPrint:
        return render(request, template, {**context, "cannot_print": True})
    return _file(drawn, name=f"{name}.pdf", kind="application/pdf")


def _file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    if kind.startswith("text/csv"):
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
