"""The clawback desk: released money that is to come back, and what to do when it is not there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.desk import CoverForm, ReasonForm, ReturnForm
from contracts.http import finance_only
from contracts.models import Clawback, Milestone
from contracts.selectors import clawbacks as reads
from contracts.services import clawbacks
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on

WAITING_PER_PAGE = 50


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits for a decision, then what is under way, then what is over."""
    page = Paginator(reads.waiting(), WAITING_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "admin/contracts/clawbacks.html", {"page": page, "desk": reads.desk()})


@require_http_methods(["GET", "POST"])
@finance_only
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take released money back for the client, by our decision."""
    rows = Milestone.objects.select_related("contract__organisation", "contract__expert__user")
    milestone = get_object_or_404(rows, public_id=public_id)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            row = clawbacks.decide(milestone, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("It is being taken back from the expert first."))
            return redirect("admin:clawbacks:clawback", row.public_id)
    context = {
        "milestone": milestone,
        "contract": milestone.contract,
        "returnable": clawbacks.returnable(milestone),
        "form": form,
        "has_part": not policies.may_watch_money_of(
            request.user,
            membership(request.user, milestone.contract.organisation),
            milestone.contract,
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/contracts/decide_clawback.html", context, status=status)


@require_safe
@finance_only
def clawback(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one clawback with its parts."""
    return _page(request, _row(public_id))


@require_POST
@finance_only
def cover(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give the client all of it although the expert's balance is short."""
    row, form = _row(public_id), CoverForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            row = clawbacks.cover(
                row,
                Clawback.Cover(form.cleaned_data["cover"]),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=now(),
            )
            is_done = row.status == Clawback.Status.RETURNED
            messages.success(
                request,
                _("The client's part is on its way.")
                if is_done
                else _("A second person has to say the same."),
            )
            return redirect("admin:clawbacks:clawback", row.public_id)
    return _page(request, row, cover_form=form)


@require_POST
@finance_only
def refuse(request: MemberRequest, public_id: str) -> HttpResponse:
    """End it without a refund."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            clawbacks.refuse(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Nothing goes back. The expert has been told."))
            return redirect("admin:clawbacks:clawback", row.public_id)
    return _page(request, row, refuse_form=form)


def _row(public_id: str) -> Clawback:
    return get_object_or_404(reads.whole(), public_id=public_id)


def _page(request: MemberRequest, row: Clawback, **tried: SiteForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    context = {
        "clawback": row,
        "contract": row.milestone.contract,
        "parts": reads.parts_of(row),
        "missing": clawbacks.missing(row),
        "history": row.history.select_related("by"),
        "has_part": not policies.may_watch_money_of(
            request.user,
            membership(request.user, row.milestone.contract.organisation),
            row.milestone.contract,
        ),
        "cover_form": CoverForm(auto_id="cover_%s"),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
    }
    status = 422 if any(form.errors for form in tried.values()) else 200
    return render(request, "admin/contracts/clawback.html", context | tried, status=status)
