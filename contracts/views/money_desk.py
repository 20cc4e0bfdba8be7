"""The payments desk: everything about money that waits for a person, with one thing to do each.

Nothing here edits an amount or a status. What is stuck is asked about again; what was set aside is
taken as it is or sent back, and held money returned, once two persons say so; the rest has a desk
of its own.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.desk import ReasonForm, ReturnForm
from contracts.http import finance_only
from contracts.models import Contract, Instruction, Operation, Payment, StripeEvent
from contracts.selectors import money_desk as reads
from contracts.services import contracts, inbox, instructions, mismatches, operations
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
    return _set_aside_page(request, _payment(public_id))


@require_POST
@finance_only
def adopt(request: MemberRequest, public_id: str) -> HttpResponse:
    """Propose to let it count after all."""
    return _propose(request, public_id, "adopt", instructions.adopt)


@require_POST
@finance_only
def send_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Propose to send it to where it came from."""
    return _propose(request, public_id, "send_back", instructions.send_back)


def _propose(
    request: MemberRequest, public_id: str, name: str, propose: Callable[..., Instruction]
) -> HttpResponse:
    """Have one of the two proposed; `name` is of its form on the page."""
    row, form = _payment(public_id), ReasonForm(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        with refusals_on(form):
            propose(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("A second person has to confirm it."))
            return redirect("admin:payments:set-aside", row.public_id)
    return _set_aside_page(request, row, **{f"{name}_form": form})


def _payment(public_id: str) -> Payment:
    return get_object_or_404(reads.payments(), public_id=public_id)


def _set_aside_page(request: MemberRequest, row: Payment, **tried: SiteForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    found = list(reads.instructions().filter(payment=row).order_by("-pk"))
    waiting = [one for one in found if one.status == Instruction.Status.PROPOSED]
    context = {
        "payment": row,
        "contract": row.milestone.contract,
        "history": row.history.select_related("by").order_by("-pk"),
        "is_waiting": row.status == Payment.Status.MISMATCH and not waiting,
        "may_count": mismatches.may_count(row),
        "waiting": waiting,
        "decided": [one for one in found if one not in waiting],
        "may_decide": _may_decide(request, row.milestone.contract),
        "adopt_form": ReasonForm(auto_id="adopt_%s"),
        "send_back_form": ReasonForm(auto_id="send_back_%s"),
    }
    if not context["is_waiting"]:
        # Its form is not on the page any more.
        context["refusals"] = [why for form in tried.values() for why in form.non_field_errors()]
    status = 422 if any(form.errors for form in tried.values()) else 200
    return render(request, "admin/contracts/set_aside.html", context | tried, status=status)


# --- Held money


@require_http_methods(["GET", "POST"])
@finance_only
def return_held(request: MemberRequest, public_id: str) -> HttpResponse:
    """Propose to return a part of what is held for a milestone, or all of it."""
    row = get_object_or_404(reads.milestones(), public_id=public_id)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            instructions.return_held(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("A second person has to confirm it."))
            return redirect("admin:payments:contract", row.contract.public_id)
    context = {
        "milestone": row,
        "contract": row.contract,
        "may_decide": _may_decide(request, row.contract),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/contracts/return_held.html", context, status=status)


# --- The second person


@require_POST
@finance_only
def confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say the same, and have it done."""
    row = instructions.confirm(_instruction(public_id), by=request.user, at=now())
    messages.success(request, _("It is done, and kept with both your names."))
    return _back_to(row)


@require_POST
@finance_only
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Have it not done after all."""
    row = instructions.drop(_instruction(public_id), by=request.user, at=now())
    messages.success(request, _("It is dropped. Nothing has moved."))
    return _back_to(row)


def _instruction(public_id: str) -> Instruction:
    return get_object_or_404(reads.instructions(), public_id=public_id)


def _back_to(row: Instruction) -> HttpResponse:
    if row.payment:
        return redirect("admin:payments:set-aside", row.payment.public_id)
    return redirect("admin:payments:contract", row.contract.public_id)


def _may_decide(request: MemberRequest, contract: Contract) -> bool:
    """Whether this person has no part in the contract."""
    member = membership(request.user, contract.organisation)
    return policies.may_watch_money_of(request.user, member, contract)


# --- Contracts


@require_safe
@finance_only
def contract(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what a contract holds, what keeps its money still, and what our staff did with it."""
    return _contract_page(request, _contract(public_id))


@require_POST
@finance_only
def stop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let its money stand still."""
    row, form = _contract(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            contracts.stop_money(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Its money stands still until you let it move."))
            return redirect("admin:payments:contract", row.public_id)
    return _contract_page(request, row, form)


@require_POST
@finance_only
def go_on(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let its money move."""
    row, form = _contract(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            contracts.let_money_move(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Our staff keep its money no longer."))
            return redirect("admin:payments:contract", row.public_id)
    return _contract_page(request, row, form)


def _contract(public_id: str) -> Contract:
    return get_object_or_404(reads.contracts(), public_id=public_id)


def _contract_page(
    request: MemberRequest, row: Contract, tried: SiteForm | None = None
) -> HttpResponse:
    found = reads.instructions_of(row)
    waiting = [one for one in found if one.status == Instruction.Status.PROPOSED]
    freezes = [one for one in row.freezes.all() if one.lifted_at is None]
    context = {
        "contract": row,
        "holding": [one for one in row.milestones.all() if one.held],
        "freezes": freezes,
        "lifted": [one for one in row.freezes.all() if one not in freezes],
        "is_stopped": any(one.source == contracts.BY_STAFF for one in freezes),
        "waiting": waiting,
        "decided": [one for one in found if one not in waiting],
        "may_decide": _may_decide(request, row),
        "form": tried or ReasonForm(),
    }
    status = 422 if tried and tried.errors else 200
    return render(request, "admin/contracts/contract_money.html", context, status=status)
