"""The page on which one side rates the other."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms import FeedbackForm
from contracts.http import contract_for
from contracts.services import feedback
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def leave(request: MemberRequest, public_id: str) -> HttpResponse:
    """Rate the other side, unseen until they have spoken too."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_rate(request.user, member, contract):
        raise PermissionDenied
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            feedback.give(contract, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Thank you. It is shown once both sides have written."))
            return redirect("contracts:detail", contract.public_id)
    is_expert = policies.is_expert_of(request.user, contract)
    context = {
        "contract": contract,
        "other": contract.organisation.name if is_expert else contract.expert.name,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/leave_feedback.html", context, status=status)
