"""Pages of a client's money, for those who move it: what was paid, and where it is."""

from datetime import UTC, date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from contracts.http import PayerRequest, payer_only
from contracts.models import Contract
from contracts.selectors import (
    books,
    documents,
    hiring,
    parties,
    payout_cases,
    spend,
    statements,
)
from contracts.views import papers
from contracts.views.papers import Shown

# Those with most spent; the others are among the statements.
MOST_CONTRACTS = 12


@require_safe
@payer_only
def index(request: PayerRequest) -> HttpResponse:
    """Show what was paid, by where it is and by contract, and every line that is searched for."""
    found = spend.spend(request.organisation, currency=settings.CURRENCY, at=now())
    book = spend.book(request.organisation, currency=settings.CURRENCY)
    most = found.contracts[:MOST_CONTRACTS]
    contracts = papers.contracts_of(found, besides=[row.contract_pk for row in most])
    form = papers.lines_form(request, book, found, contracts.values())
    context = {
        "spend": found,
        "case": payout_cases.of_client(request.organisation),
        "hiring": hiring.hiring(request.organisation, now().astimezone(UTC).date()),
        "contracts": [(contracts[row.contract_pk], row) for row in most],
        **papers.lines_page(request, book, form),
    }
    return render(request, "contracts/spend.html", context)


@require_safe
@payer_only
def lines_file(request: PayerRequest) -> HttpResponse:
    """Hand out the lines that are searched for as a table."""
    found = spend.spend(request.organisation, currency=settings.CURRENCY, at=now())
    book = spend.book(request.organisation, currency=settings.CURRENCY)
    form = papers.lines_form(request, book, found, papers.contracts_of(found).values())
    return papers.table(book, books.lines(book, books.found(book, form.search)), name="spend")


@require_safe
@payer_only
def statement_list(request: PayerRequest) -> HttpResponse:
    """List the months and the contracts there are statements of."""
    found = spend.spend(request.organisation, currency=settings.CURRENCY, at=now())
    context = {
        "months": found.periods,
        "page": papers.page_of_contracts(request, found.contract_pks),
    }
    return render(request, "contracts/spend_statements.html", context)


@require_safe
@payer_only
def month(request: PayerRequest, month: date) -> HttpResponse:
    """Show what was paid and spent in a month."""
    return _of_month(request.organisation, month).page(request)


@require_safe
@payer_only
def month_file(request: PayerRequest, month: date, kind: str) -> HttpResponse:
    """Hand out what was paid and spent in a month as a file."""
    return _of_month(request.organisation, month).file(request, kind)


@require_safe
@payer_only
def contract(request: PayerRequest, public_id: str) -> HttpResponse:
    """Show what was paid and spent for a contract."""
    return _of_contract(request.organisation, public_id).page(request)


@require_safe
@payer_only
def contract_file(request: PayerRequest, public_id: str, kind: str) -> HttpResponse:
    """Hand out what was paid and spent for a contract as a file."""
    return _of_contract(request.organisation, public_id).file(request, kind)


def _of_month(organisation: Organisation, month: date) -> Shown:
    book = spend.book(organisation, currency=settings.CURRENCY)
    return Shown(
        statement=statements.of_month(book, month),
        party=parties.client(organisation),
        heading=_("Spend"),
        name="spend-month",
        argument=month,
        back="spend-statements",
        documents=documents.issued_in(documents.of_client(organisation), month),
    )


def _of_contract(organisation: Organisation, public_id: str) -> Shown:
    own = Contract.objects.filter(organisation=organisation)
    contract = get_object_or_404(own, public_id=public_id)
    book = spend.book(organisation, currency=settings.CURRENCY)
    return Shown(
        statement=statements.of_contract(book, contract),
        party=parties.client(organisation),
        heading=_("Spend"),
        name="spend-contract",
        argument=public_id,
        back="spend-statements",
        documents=documents.of_client(organisation).filter(contract=contract),
    )
