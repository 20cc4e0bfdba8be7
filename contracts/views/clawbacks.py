"""The page on which an expert gives released money back, of their own will."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest
from contracts import policies
from contracts.forms.desk import ReturnForm
from contracts.http import milestone_for
from contracts.models import Milestone
from contracts.services import clawbacks
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def give_back(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Ask how much goes back and why, say what that takes from whom, then take it."""
    milestone = milestone_for(request.user, contract_id, public_id)
    if not policies.may_give_back(request.user, milestone.contract):
        raise PermissionDenied
    if request.method == "POST":
        return _give_back(request, milestone)
    form = ReturnForm(request.GET if "amount" in request.GET else None)
    if form.is_valid():
        with refusals_on(form):
            found = clawbacks.preview(milestone, form.cleaned_data["amount"])
            return _confirm(request, milestone, form, found)
    return _ask(request, milestone, form)


def _give_back(request: MemberRequest, milestone: Milestone) -> HttpResponse:
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            clawbacks.give_back(milestone, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("It is being taken from your payout account first."))
            return redirect("contracts:detail", milestone.contract.public_id)
    return _ask(request, milestone, form)


def _confirm(
    request: MemberRequest, milestone: Milestone, form: ReturnForm, found: clawbacks.Preview
) -> HttpResponse:
    context = {"contract": milestone.contract, "milestone": milestone, "form": form, "found": found}
    return render(request, "contracts/confirm_return.html", context)


def _ask(request: MemberRequest, milestone: Milestone, form: ReturnForm) -> HttpResponse:
    context = {
        "contract": milestone.contract,
        "milestone": milestone,
        "returnable": clawbacks.returnable(milestone),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/give_back_released.html", context, status=status)
