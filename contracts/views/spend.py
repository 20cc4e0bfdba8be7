"""Pages of a client's money, for those who move it: what was paid, and where it is."""

from datetime import UTC, date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from contracts.http import PayerRequest, payer_only
from contracts.models import Contract
from contracts.selectors import documents, hiring, parties, payout_cases, spend
from contracts.views import papers
from contracts.views.papers import Papers

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
    return papers.lines_file(request, book, found, name="spend")


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
    return _papers(request.organisation).of_month(month).page(request)


@require_safe
@payer_only
def month_file(request: PayerRequest, month: date, kind: str) -> HttpResponse:
    """Hand out what was paid and spent in a month as a file."""
    return _papers(request.organisation).of_month(month).file(request, kind)


@require_safe
@payer_only
def contract(request: PayerRequest, public_id: str) -> HttpResponse:
    """Show what was paid and spent for a contract."""
    return _papers(request.organisation).of_contract(public_id).page(request)


@require_safe
@payer_only
def contract_file(request: PayerRequest, public_id: str, kind: str) -> HttpResponse:
    """Hand out what was paid and spent for a contract as a file."""
    return _papers(request.organisation).of_contract(public_id).file(request, kind)


def _papers(organisation: Organisation) -> Papers:
    return Papers(
        name="spend",
        heading=_("Spend"),
        party=parties.client(organisation),
        book=spend.book(organisation, currency=settings.CURRENCY),
        contracts=Contract.objects.filter(organisation=organisation),
        documents=documents.of_client(organisation),
    )
