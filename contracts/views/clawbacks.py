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
from contracts.forms import ReturnForm
from contracts.http import milestone_for
from contracts.services import clawbacks
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def give_back(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Say how much goes back, and why; it is taken from the expert first."""
    milestone = milestone_for(request.user, contract_id, public_id)
    if not policies.may_give_back(request.user, milestone.contract):
        raise PermissionDenied
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            clawbacks.give_back(milestone, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("It is being taken from your payout account first."))
            return redirect("contracts:detail", milestone.contract.public_id)
    context = {
        "contract": milestone.contract,
        "milestone": milestone,
        "returnable": clawbacks.returnable(milestone),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/give_back_released.html", context, status=status)
