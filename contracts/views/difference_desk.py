"""The reconciliation desk: what Stripe's book and ours do not agree on, until it is explained."""

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
from contracts.models import Difference
from contracts.selectors import differences as reads
from contracts.services import book_differences
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on

OPEN_PER_PAGE = 50


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what is open, what was resolved, and the days that were compared."""
    page = Paginator(reads.unexplained(), OPEN_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "admin/contracts/differences.html", {"page": page, "desk": reads.desk()})


@require_safe
@finance_only
def difference(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what each side says."""
    return _page(request, _row(public_id))


@require_POST
@finance_only
def explain(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say why it is as it is."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            book_differences.explain(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Explained, and kept with your name."))
            return redirect("admin:differences:index")
    return _page(request, row, explain_form=form)


@require_POST
@finance_only
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take our posting back, or propose to."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            row = book_differences.take_back(row, **form.cleaned_data, by=request.user, at=now())
            is_done = row.status == Difference.Status.RESOLVED
            messages.success(
                request,
                _("The posting is taken back.")
                if is_done
                else _("A second person has to do the same."),
            )
            return redirect("admin:differences:difference", row.public_id)
    return _page(request, row, take_back_form=form)


def _row(public_id: str) -> Difference:
    return get_object_or_404(reads.whole(), public_id=public_id)


def _page(request: MemberRequest, row: Difference, **tried: SiteForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    posting = row.posting
    context = {
        "difference": row,
        "entries": posting.entries.select_related("account") if posting else [],
        "history": row.history.select_related("by"),
        "may_take_back": row.kind == Difference.Kind.EXTRA and posting is not None,
        "explain_form": ReasonForm(auto_id="explain_%s"),
        "take_back_form": ReasonForm(auto_id="take_back_%s"),
    }
    status = 422 if any(form.errors for form in tried.values()) else 200
    return render(request, "admin/contracts/difference.html", context | tried, status=status)
