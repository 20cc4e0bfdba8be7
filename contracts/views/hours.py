"""Pages of work by the hour: offering it, paying ahead, writing hours down, answering them."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.hours import (
    ApproveHoursForm,
    HourlyOfferForm,
    PrepayForm,
    QueryForm,
    TimesheetForm,
)
from contracts.http import SeeOther, contract_for, proposal_for
from contracts.models import Contract, Timesheet
from contracts.selectors import hours as reads
from contracts.selectors import steps
from contracts.services import hours, offers, timesheets
from marketplace.kit.http import refusals_on
from marketplace.kit.words import hours_text, money_text


@require_http_methods(["GET", "POST"])
@login_required
def make_offer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Offer to pay by the hour instead of by milestones."""
    proposal = proposal_for(request.user, public_id)
    if not policies.may_make_offer(membership(request.user, proposal.job.organisation)):
        raise PermissionDenied
    form = HourlyOfferForm(request.POST if request.method == "POST" else None, proposal=proposal)
    if form.is_valid():
        with refusals_on(form):
            offer = offers.make_hourly(proposal, **form.terms, by=request.user, at=now())
            messages.success(request, _("Offer sent. Nothing is charged until it is accepted."))
            return redirect("contracts:offer", offer.public_id)
    context = {
        "proposal": proposal,
        "form": form,
        "days": settings.HOURS_REVIEW_DAYS,
        "expires_at": now() + timedelta(days=settings.OFFER_EXPIRES_AFTER_DAYS),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/make_hourly_offer.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def prepay(request: MemberRequest, public_id: str) -> HttpResponse:
    """Choose a week and hours, see what they cost, and go to Stripe's page to pay for them."""
    contract = _hourly(request, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_release(request.user, member, contract):
        raise PermissionDenied
    seen = reads.overview(contract, steps.side_of(request.user, contract), at=now())
    missing = (contract.weekly_minutes or 0) - (seen.held_minutes - seen.claimed_minutes)
    typed = request.POST if request.method == "POST" else request.GET
    form = PrepayForm(
        typed if "minutes" in typed or request.method == "POST" else None,
        weeks=reads.weeks_ahead(contract, at=now()),
        minutes=missing if missing > 0 else contract.weekly_minutes or 0,
    )
    context = {
        "contract": contract,
        "form": form,
        "hours": seen,
        "is_open": contract.status == Contract.Status.ACTIVE,
    }
    if form.is_valid() and request.method == "GET":
        cost = reads.week(contract, **form.cleaned_data, at=now())
        return render(request, "contracts/confirm_week.html", context | {"week": cost})
    if form.is_valid():
        with refusals_on(form):
            return SeeOther(
                hours.checkout_url(contract, **form.cleaned_data, by=request.user, at=now())
            )
    status = 422 if form.errors else 200
    return render(request, "contracts/prepay.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def timesheet(request: MemberRequest, public_id: str, starts_on: date) -> HttpResponse:
    """Show a week's hours to both sides; the expert writes them down and hands them in."""
    contract = _hourly(request, public_id)
    side, at = steps.side_of(request.user, contract), now()
    sheet = reads.sheet_of(contract, starts_on, side)
    is_expert = policies.may_submit(request.user, contract)
    if request.method == "POST" and not is_expert:
        raise PermissionDenied
    if (starts_on.weekday() or sheet is None) and not is_expert:
        raise Http404
    days = reads.days_of(starts_on)
    form = TimesheetForm(request.POST if request.method == "POST" else None, days=days, sheet=sheet)
    if form.lines.is_valid() and form.is_valid():
        with refusals_on(form):
            return _written(request, contract, starts_on, form)
    member = membership(request.user, contract.organisation)
    context = {
        "contract": contract,
        "starts_on": starts_on,
        "ends_on": days[-1],
        "sheet": sheet,
        "form": form,
        "hours": reads.overview(contract, side, at=at),
        "may_write": is_expert and (sheet is None or sheet.may_be_written or sheet.is_void),
        "may_ask": policies.may_ask_for_changes(request.user, member, contract),
        "may_release": policies.may_release(request.user, member, contract),
        "days": settings.HOURS_REVIEW_DAYS,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/timesheet.html", context, status=status)


def _written(
    request: MemberRequest, contract: Contract, starts_on: date, form: TimesheetForm
) -> HttpResponse:
    """Keep the hours, or hand them in, as the button said that was pressed."""
    if "submit" not in request.POST:
        timesheets.write(contract, starts_on, form.written, by=request.user, at=now())
        messages.success(request, _("Saved. Nobody sees it until you hand it in."))
        return redirect("contracts:timesheet", contract.public_id, starts_on)
    sheet = timesheets.submit(contract, starts_on, form.written, by=request.user, at=now())
    words = {"hours": hours_text(sheet.minutes), "amount": money_text(sheet.amount)}
    messages.success(request, _("%(hours)s handed in, %(amount)s.") % words)
    return redirect("contracts:timesheet", contract.public_id, starts_on)


@require_http_methods(["GET", "POST"])
@login_required
def approve(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Say once more what leaves and what is left, then release it for good."""
    sheet = _sheet(request, contract_id, public_id)
    contract = sheet.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_release(request.user, member, contract):
        raise PermissionDenied
    cost = reads.cost(sheet, reads.overview(contract, steps.Side.CLIENT, at=now()))
    form = ApproveHoursForm(
        request.POST if request.method == "POST" else None, has_left_over=bool(cost.left_over)
    )
    if form.is_valid():
        with refusals_on(form):
            verb = timesheets.approve_and_return if form.is_sent_back else timesheets.approve
            verb(sheet, by=request.user, at=now())
            words = {"amount": money_text(sheet.amount), "name": contract.expert.name}
            messages.success(request, _("%(amount)s released to %(name)s.") % words)
            return redirect("contracts:timesheet", contract.public_id, sheet.starts_on)
    context = {
        "contract": contract,
        "sheet": sheet,
        "form": form,
        "cost": cost,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/approve_hours.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def query(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Ask about hours; the review clock stops."""
    sheet = _sheet(request, contract_id, public_id)
    contract = sheet.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_ask_for_changes(request.user, member, contract):
        raise PermissionDenied
    form = QueryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            timesheets.query(sheet, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("The expert was asked. The review clock has stopped."))
            return redirect("contracts:timesheet", contract.public_id, sheet.starts_on)
    context = {
        "contract": contract,
        "sheet": sheet,
        "form": form,
        "hours": reads.overview(contract, steps.Side.CLIENT, at=now()),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/query_hours.html", context, status=status)


def _hourly(request: MemberRequest, public_id: str) -> Contract:
    contract = contract_for(request.user, public_id)
    if not contract.is_hourly:
        raise Http404
    return contract


def _sheet(request: MemberRequest, contract_id: str, public_id: str) -> Timesheet:
    contract = contract_for(request.user, contract_id)
    rows = contract.timesheets.exclude(status=Timesheet.Status.OPEN).prefetch_related("lines")
    sheet = get_object_or_404(rows, public_id=public_id)
    sheet.contract = contract
    return sheet
