"""Pages that move money beside the approval: a part, giving back, a bonus, leaving a payment."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.money import BonusForm, ConfirmedPartForm, GiveBackForm, PartForm
from contracts.http import SeeOther, back_to, contract_for, milestone_for
from contracts.models import Milestone
from contracts.selectors import movements
from contracts.selectors.prices import price
from contracts.services import bonuses, funding, milestones
from marketplace.kit.http import refusals_on
from marketplace.kit.words import money_text


@require_http_methods(["GET", "POST"])
@login_required
def release_part(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Ask for an amount, say what leaves and what stays, then release it for good."""
    milestone = milestone_for(request.user, contract_id, public_id)
    contract = milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_release(request.user, member, contract):
        raise PermissionDenied
    if request.method == "POST":
        return _release(request, milestone)
    form = PartForm(request.GET if "amount" in request.GET else None, milestone=milestone)
    if not form.is_valid():
        return _ask_for_the_amount(request, milestone, form)
    amount = form.cleaned_data["amount"]
    first = {"amount": amount, "number": milestone.releases.count() + 1}
    confirm = ConfirmedPartForm(milestone=milestone)
    confirm.initial = first
    return _confirm(request, milestone, confirm, movements.part(milestone, amount))


def _release(request: MemberRequest, milestone: Milestone) -> HttpResponse:
    form = ConfirmedPartForm(request.POST, milestone=milestone)
    if form.is_valid():
        with refusals_on(form):
            milestones.release_part(milestone, **form.cleaned_data, by=request.user, at=now())
            amount = money_text(form.cleaned_data["amount"])
            words = {"amount": amount, "name": milestone.contract.expert.name}
            messages.success(request, _("%(amount)s released to %(name)s.") % words)
            return back_to(milestone)
    again = PartForm(request.POST, milestone=milestone)
    for error in form.non_field_errors():
        again.add_error(None, error)
    return _ask_for_the_amount(request, milestone, again)


def _ask_for_the_amount(
    request: MemberRequest, milestone: Milestone, form: PartForm
) -> HttpResponse:
    context = {"contract": milestone.contract, "milestone": milestone, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/release_part.html", context, status=status)


def _confirm(
    request: MemberRequest, milestone: Milestone, form: ConfirmedPartForm, part: movements.Part
) -> HttpResponse:
    context = {"contract": milestone.contract, "milestone": milestone, "form": form, "part": part}
    return render(request, "contracts/confirm_part.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def give_back(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Confirm once more what goes back, then return it for good."""
    milestone = milestone_for(request.user, contract_id, public_id)
    contract = milestone.contract
    if not policies.may_give_back(request.user, contract):
        raise PermissionDenied
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            refund = milestones.give_back(milestone, by=request.user, at=now())
            words = {"amount": money_text(refund.amount), "name": contract.organisation.name}
            messages.success(request, _("%(amount)s go back to %(name)s.") % words)
            return back_to(milestone)
    context = {"contract": contract, "milestone": milestone, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/give_back.html", context, status=status)


@require_POST
@login_required
def cancel_funding(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Leave a payment for good: its page is closed, unless it has just been paid."""
    milestone = milestone_for(request.user, contract_id, public_id)
    after = funding.cancel(milestone, by=request.user, at=now())
    if after.status == Milestone.Status.FUNDED:
        messages.warning(request, _("The payment had just arrived, so the milestone is funded."))
    else:
        messages.success(request, _("The payment page is closed. Nothing was charged."))
    return back_to(milestone)


@require_http_methods(["GET", "POST"])
@login_required
def bonus(request: MemberRequest, public_id: str) -> HttpResponse:
    """Name a bonus, see what it comes to, and go to Stripe's page to pay it."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_release(request.user, member, contract):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else request.GET
    form = BonusForm(typed if request.method == "POST" or "amount" in typed else None)
    context = {
        "contract": contract,
        "form": form,
        "is_open": contract.may_be_thanked(now()),
    }
    if form.is_valid():
        amount = form.cleaned_data["amount"]
        if request.method == "GET":
            cost = price(amount, bps=contract.client_fee_bps)
            return render(request, "contracts/confirm_bonus.html", context | {"price": cost})
        with refusals_on(form):
            return SeeOther(bonuses.checkout_url(contract, amount, by=request.user, at=now()))
    status = 422 if form.errors else 200
    return render(request, "contracts/bonus.html", context, status=status)
