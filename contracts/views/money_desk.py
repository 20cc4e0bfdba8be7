"""The payments desk: everything about money that waits for a person, with one thing to do each.

Nothing here edits an amount or a status. What is stuck is asked about again, what was set aside is
taken as it is or sent back, and the rest has a desk of its own.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contracts.forms import ReasonForm
from contracts.http import finance_only
from contracts.models import Operation, Payment, StripeEvent
from contracts.selectors import money_desk as reads
from contracts.services import contracts, inbox, mismatches, operations
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits for a person, and the money that has been held longest."""
    at = now()
    return render(request, "admin/contracts/payments.html", {"desk": reads.desk(at=at), "at": at})


# --- Operations


@require_safe
@finance_only
def operation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one operation and what has become of it."""
    return _operation_page(request, _operation(public_id))


@require_POST
@finance_only
def try_again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Have it tried now."""
    row, form = _operation(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            operations.try_again(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("It is being tried. Look again in a minute."))
            return redirect("admin:payments:operation", row.public_id)
    return _operation_page(request, row, form)


def _operation(public_id: str) -> Operation:
    return get_object_or_404(reads.operations(), public_id=public_id)


def _operation_page(
    request: MemberRequest, row: Operation, tried: SiteForm | None = None
) -> HttpResponse:
    context = {
        "operation": row,
        "contract": row.contract,
        "history": row.history.select_related("by").order_by("-pk"),
        "may_try": operations.may_try_again(row),
        "form": tried or ReasonForm(),
    }
    status = 422 if tried and tried.errors else 200
    return render(request, "admin/contracts/operation.html", context, status=status)


# --- Events


@require_safe
@finance_only
def event(request: MemberRequest, event_id: str) -> HttpResponse:
    """Show one event and what has become of it."""
    return _event_page(request, get_object_or_404(StripeEvent, event_id=event_id))


@require_POST
@finance_only
def replay(request: MemberRequest, event_id: str) -> HttpResponse:
    """Have it handled once more."""
    row, form = get_object_or_404(StripeEvent, event_id=event_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            inbox.replay(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("It is being handled again. Look again in a minute."))
            return redirect("admin:payments:event", row.event_id)
    return _event_page(request, row, form)


def _event_page(
    request: MemberRequest, row: StripeEvent, tried: SiteForm | None = None
) -> HttpResponse:
    context = {
        "event": row,
        "history": row.history.select_related("by").order_by("-pk"),
        "may_replay": row.may("replay"),
        "form": tried or ReasonForm(),
    }
    status = 422 if tried and tried.errors else 200
    return render(request, "admin/contracts/event.html", context, status=status)


# --- Money set aside


@require_safe
@finance_only
def set_aside(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a payment that is not what we asked for."""
    row = get_object_or_404(reads.payments(), public_id=public_id)
    context = {
        "payment": row,
        "contract": row.milestone.contract,
        "history": row.history.select_related("by").order_by("-pk"),
        "is_waiting": row.status == Payment.Status.MISMATCH,
        "may_count": row.received == row.total,
    }
    return render(request, "admin/contracts/set_aside.html", context)


@require_POST
@finance_only
def adopt(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let it count after all."""
    row = get_object_or_404(reads.payments(), public_id=public_id)
    mismatches.adopt(row, by=request.user, at=now())
    messages.success(request, _("It counts: the milestone is funded."))
    return redirect("admin:payments:set-aside", row.public_id)


@require_POST
@finance_only
def send_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send it to where it came from."""
    row = get_object_or_404(reads.payments(), public_id=public_id)
    mismatches.send_back(row, by=request.user, at=now())
    messages.success(request, _("It is on its way back."))
    return redirect("admin:payments:set-aside", row.public_id)


# --- Contracts


@require_safe
@finance_only
def contract(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what a contract holds, and what keeps its money still."""
    row = get_object_or_404(reads.contracts(), public_id=public_id)
    freezes = [one for one in row.freezes.all() if one.lifted_at is None]
    context = {
        "contract": row,
        "freezes": freezes,
        "is_stopped": any(one.source == contracts.BY_STAFF for one in freezes),
    }
    return render(request, "admin/contracts/contract_money.html", context)


@require_POST
@finance_only
def stop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let its money stand still."""
    row = get_object_or_404(reads.contracts(), public_id=public_id)
    contracts.stop_money(row, by=request.user, at=now())
    messages.success(request, _("Its money stands still until you let it move."))
    return redirect("admin:payments:contract", row.public_id)


@require_POST
@finance_only
def go_on(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let its money move."""
    row = get_object_or_404(reads.contracts(), public_id=public_id)
    contracts.let_money_move(row, by=request.user, at=now())
    messages.success(request, _("Our staff keep its money no longer."))
    return redirect("admin:payments:contract", row.public_id)
