"""The desk of payouts to look at: what looked laundered, and whether it leaves."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contracts import policies
from contracts.forms.desk import JudgementForm
from contracts.http import finance_only
from contracts.models import PayoutCase
from contracts.selectors import payout_cases as reads
from contracts.services import payout_cases
from marketplace.kit.http import refusals_on

CASES_PER_PAGE = 25
JUDGED_LAST = 10


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits for a look, the oldest on top, then what is kept back and judged last."""
    page = Paginator(reads.waiting(), CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "judged": reads.judged()[:JUDGED_LAST]}
    return render(request, "admin/contracts/payout_cases.html", context)


@require_safe
@finance_only
def case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one with what was seen, and what waits for it."""
    return _page(request, _row(public_id))


@require_POST
@finance_only
def keep(request: MemberRequest, public_id: str) -> HttpResponse:
    """Keep it back."""
    row, form = _row(public_id), JudgementForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            payout_cases.keep(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Nothing leaves to this account until it is cleared."))
            return redirect("admin:payouts:case", row.public_id)
    return _page(request, row, keep_form=form)


@require_POST
@finance_only
def clear(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let it leave."""
    row, form = _row(public_id), JudgementForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            payout_cases.clear(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("What waited is being sent."))
            return redirect("admin:payouts:case", row.public_id)
    return _page(request, row, clear_form=form)


def _row(public_id: str) -> PayoutCase:
    return get_object_or_404(reads.whole(), public_id=public_id)


def _page(request: MemberRequest, row: PayoutCase, **tried: JudgementForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    context = {
        "case": row,
        "waits": reads.waits_for(row).select_related("contract__organisation")[:CASES_PER_PAGE],
        "history": row.history.select_related("by"),
        "may_judge": policies.may_judge_payouts(request.user, row),
        "keep_form": JudgementForm(auto_id="keep_%s"),
        "clear_form": JudgementForm(auto_id="clear_%s"),
    }
    status = 422 if tried else 200
    return render(request, "admin/contracts/payout_case.html", context | tried, status=status)
