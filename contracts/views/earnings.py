"""Pages of an expert's money: what is earned, where it is, and where it is paid to."""

from contextlib import suppress
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import asks_again, to_second_factor
from accounts.services.second_factors import SecondFactorFirst
from contracts import gateway
from contracts.http import SeeOther
from contracts.models import Contract
from contracts.selectors import books, documents, earnings, parties, payout_cases, statements
from contracts.services import onboarding
from contracts.views import papers
from contracts.views.papers import Shown
from experts.http import ExpertRequest, expert_only
from experts.models import Expert


@require_safe
@expert_only
def index(request: ExpertRequest) -> HttpResponse:
    """Show what was earned, by where it is, and every line of it that is searched for."""
    found = earnings.earnings(request.expert, currency=settings.CURRENCY, at=now())
    book = earnings.book(request.expert, currency=settings.CURRENCY)
    form = papers.lines_form(request, book, found, papers.contracts_of(found).values())
    account = earnings.payout_account(request.expert)
    is_held = account and account.held_until and account.held_until > now()
    context = {
        "earnings": found,
        "account": account,
        "held_until": account.held_until if account and is_held else None,
        "case": payout_cases.of_expert(request.expert),
        **papers.lines_page(request, book, form),
    }
    return render(request, "contracts/earnings.html", context)


@require_safe
@expert_only
def lines_file(request: ExpertRequest) -> HttpResponse:
    """Hand out the lines that are searched for as a table."""
    book = earnings.book(request.expert, currency=settings.CURRENCY)
    found = earnings.earnings(request.expert, currency=settings.CURRENCY, at=now())
    form = papers.lines_form(request, book, found, papers.contracts_of(found).values())
    return papers.table(book, books.lines(book, books.found(book, form.search)), name="earnings")


@require_safe
@expert_only
def statement_list(request: ExpertRequest) -> HttpResponse:
    """List the months and the contracts there are statements of, and the papers."""
    found = earnings.earnings(request.expert, currency=settings.CURRENCY, at=now())
    context = {
        "months": found.periods,
        "page": papers.page_of_contracts(request, found.contract_pks),
    }
    return render(request, "contracts/earnings_statements.html", context)


@require_safe
@expert_only
def month(request: ExpertRequest, month: date) -> HttpResponse:
    """Show what was earned in a month."""
    return _of_month(request.expert, month).page(request)


@require_safe
@expert_only
def month_file(request: ExpertRequest, month: date, kind: str) -> HttpResponse:
    """Hand out what was earned in a month as a file."""
    return _of_month(request.expert, month).file(request, kind)


@require_safe
@expert_only
def contract(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Show what was earned with a contract."""
    return _of_contract(request.expert, public_id).page(request)


@require_safe
@expert_only
def contract_file(request: ExpertRequest, public_id: str, kind: str) -> HttpResponse:
    """Hand out what was earned with a contract as a file."""
    return _of_contract(request.expert, public_id).file(request, kind)


@require_POST
@expert_only
@asks_again
def start_payouts(request: ExpertRequest) -> HttpResponse:
    """Go to Stripe's pages to say who is paid, and where."""
    return _to_stripe(request)


@require_safe
@expert_only
@asks_again
def start_payouts_again(request: ExpertRequest) -> HttpResponse:
    """Go to Stripe's pages once more: a link works once and not for long, and leads here."""
    return _to_stripe(request)


@require_safe
@expert_only
def return_from_payouts(request: ExpertRequest) -> HttpResponse:
    """Ask Stripe how the account stands now; a link that ran out is started again from here."""
    account = earnings.payout_account(request.expert)
    with suppress(gateway.GatewayError):
        account = onboarding.sync(account, at=now()) if account else None
    if account and account.can_receive:
        messages.success(request, _("Payouts are set up. Released money is sent to you."))
    else:
        messages.warning(request, _("Payouts are not set up yet. You can go on where you left."))
    return redirect("contracts:earnings")


def _to_stripe(request: ExpertRequest) -> HttpResponse:
    try:
        return SeeOther(onboarding.start(request.expert, by=request.user, at=now()))
    except SecondFactorFirst:
        return to_second_factor(reverse("contracts:earnings"))


def _of_month(expert: Expert, month: date) -> Shown:
    book = earnings.book(expert, currency=settings.CURRENCY)
    return Shown(
        statement=statements.of_month(book, month),
        party=parties.expert(expert),
        heading=_("Earnings"),
        name="earnings-month",
        argument=month,
        back="earnings-statements",
        documents=documents.issued_in(documents.of_expert(expert), month),
    )


def _of_contract(expert: Expert, public_id: str) -> Shown:
    contract = get_object_or_404(Contract.objects.filter(expert=expert), public_id=public_id)
    book = earnings.book(expert, currency=settings.CURRENCY)
    return Shown(
        statement=statements.of_contract(book, contract),
        party=parties.expert(expert),
        heading=_("Earnings"),
        name="earnings-contract",
        argument=public_id,
        back="earnings-statements",
        documents=documents.of_expert(expert).filter(contract=contract),
    )
