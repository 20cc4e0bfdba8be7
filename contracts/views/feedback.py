"""The pages on which one side rates the other, and answers what was said of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.feedback import FeedbackForm, ReplyForm
from contracts.http import contract_for
from contracts.models import Feedback
from contracts.selectors import contracts
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
    is_expert = policies.is_expert_of(request.user, contract)
    side = Feedback.Side.EXPERT if is_expert else Feedback.Side.CLIENT
    form = FeedbackForm(request.POST if request.method == "POST" else None, side=side)
    if form.is_valid():
        with refusals_on(form):
            feedback.give(contract, **form.said, by=request.user, at=now())
            messages.success(request, _("Thank you. It is shown once both sides have written."))
            return redirect("contracts:detail", contract.public_id)
    context = {
        "contract": contract,
        "other": contract.organisation.name if is_expert else contract.expert.name,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/leave_feedback.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def reply(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer, once, what the other side said."""
    contract = contract_for(request.user, public_id)
    said = contracts.feedback(contract, request.user).others
    if said is None:
        raise Http404
    if not policies.may_reply(request.user, membership(request.user, contract.organisation), said):
        raise PermissionDenied
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            feedback.reply(said, text=form.cleaned_data["text"], by=request.user, at=now())
            messages.success(request, _("Your reply is public."))
            return redirect("contracts:detail", contract.public_id)
    context = {"contract": contract, "said": said, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/reply.html", context, status=status)
