"""Pages of an expert's money: what is earned, where it is, and where it is paid to."""

from contextlib import suppress
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import asks_again, to_second_factor
from accounts.services.second_factors import SecondFactorFirst
from contracts import gateway
from contracts.http import SeeOther
from contracts.models import Contract
from contracts.selectors import documents, earnings, parties, payout_cases
from contracts.services import onboarding
from contracts.views import papers
from contracts.views.papers import Papers
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
    return papers.lines_file(request, book, found, name="earnings")


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
    return _papers(request.expert).of_month(month).page(request)


@require_safe
@expert_only
def month_file(request: ExpertRequest, month: date, kind: str) -> HttpResponse:
    """Hand out what was earned in a month as a file."""
    return _papers(request.expert).of_month(month).file(request, kind)


@require_safe
@expert_only
def contract(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Show what was earned with a contract."""
    return _papers(request.expert).of_contract(public_id).page(request)


@require_safe
@expert_only
def contract_file(request: ExpertRequest, public_id: str, kind: str) -> HttpResponse:
    """Hand out what was earned with a contract as a file."""
    return _papers(request.expert).of_contract(public_id).file(request, kind)


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


def _papers(expert: Expert) -> Papers:
    return Papers(
        name="earnings",
        heading=_("Earnings"),
        party=parties.expert(expert),
        book=earnings.book(expert, currency=settings.CURRENCY),
        contracts=Contract.objects.filter(expert=expert),
        documents=documents.of_expert(expert),
    )
