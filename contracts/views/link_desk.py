"""The desk of linked accounts: what clients and experts have in common, and what it means."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contracts.forms.desk import ReasonForm
from contracts.http import finance_only
from contracts.models import Contract, Link
from contracts.selectors import links as reads
from contracts.services import links
from marketplace.kit.http import refusals_on

LINKS_PER_PAGE = 25
JUDGED_LAST = 10


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits for a look, the oldest on top, then what was judged last."""
    page = Paginator(reads.waiting(), LINKS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "judged": reads.judged()[:JUDGED_LAST]}
    return render(request, "admin/contracts/links.html", context)


@require_safe
@finance_only
def link(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one with everything else the two have in common, and their contracts."""
    return _page(request, _row(public_id))


@require_POST
@finance_only
def confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that the two belong together."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            links.confirm(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("From now on they make no contract, and none counts."))
            return redirect("admin:links:link", row.public_id)
    return _page(request, row, confirm_form=form)


@require_POST
@finance_only
def dismiss(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that they do not."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            links.dismiss(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Noted. What they do for each other counts."))
            return redirect("admin:links:link", row.public_id)
    return _page(request, row, dismiss_form=form)


def _row(public_id: str) -> Link:
    return get_object_or_404(reads.whole(), public_id=public_id)


def _page(request: MemberRequest, row: Link, **tried: ReasonForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    contracts = Contract.objects.filter(organisation=row.organisation, expert=row.expert)
    others = Link.objects.filter(organisation=row.organisation, expert=row.expert)
    context = {
        "link": row,
        "contracts": contracts.order_by("-pk")[:LINKS_PER_PAGE],
        "others": others.exclude(pk=row.pk),
        "history": row.history.select_related("by"),
        "confirm_form": ReasonForm(auto_id="confirm_%s"),
        "dismiss_form": ReasonForm(auto_id="dismiss_%s"),
    }
    status = 422 if tried else 200
    return render(request, "admin/contracts/link.html", context | tried, status=status)
