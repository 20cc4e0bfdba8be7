"""Pages of offers: making one, reading one, answering it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.offers import DeclineOfferForm, OfferForm
from contracts.http import proposal_for
from contracts.models import Offer
from contracts.selectors import offers as reads
from contracts.services import offers
from marketplace.kit.http import refusals_on

WITH_NAMES = ("proposal__job__organisation", "proposal__expert__user", "made_by")


@require_http_methods(["GET", "POST"])
@login_required
def make(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the terms, prefilled from the proposal, and send them; one that waits is shown."""
    proposal = proposal_for(request.user, public_id)
    if request.method == "GET" and (waiting := reads.waiting_on(proposal)):
        return redirect("contracts:offer", waiting.public_id)
    if not policies.may_make_offer(membership(request.user, proposal.job.organisation)):
        raise PermissionDenied
    form = OfferForm(request.POST if request.method == "POST" else None, proposal=proposal)
    if form.is_valid():
        with refusals_on(form):
            offer = offers.make(proposal, **form.terms, by=request.user, at=now())
            messages.success(request, _("Offer sent. Nothing is charged until it is accepted."))
            return redirect("contracts:offer", offer.public_id)
    context = {
        "proposal": proposal,
        "form": form,
        "receipt": reads.receipt(form.amounts, proposal.currency, at=now()),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/make_offer.html", context, status=status)


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an offer to both sides, beside the proposal it answers."""
    offer = _offer(request, public_id)
    proposal = offer.proposal
    is_waiting = offer.may("accept")
    is_member = membership(request.user, proposal.job.organisation)
    context = {
        "offer": offer,
        "terms": reads.terms(offer),
        "receipt": reads.receipt_of(offer),
        "week": reads.week_of(offer),
        "contract": reads.contract_of(offer),
        "may_answer": is_waiting and policies.may_answer_offer(request.user, offer),
        "may_withdraw": is_waiting and policies.may_make_offer(is_member),
        "is_expert": policies.may_answer_offer(request.user, offer),
    }
    return render(request, "contracts/offer.html", context)


@require_POST
@login_required
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree to the terms; the contract starts."""
    contract = offers.accept(_offer(request, public_id), by=request.user, at=now())
    messages.success(request, _("You accepted. The contract has started."))
    return redirect("contracts:detail", contract.public_id)


@require_http_methods(["GET", "POST"])
@login_required
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say no, with a word on what would have to change."""
    offer = _offer(request, public_id)
    if not policies.may_answer_offer(request.user, offer):
        raise PermissionDenied
    form = DeclineOfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        offers.decline(offer, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("You declined. The client was told."))
        return redirect("contracts:offer", offer.public_id)
    context = {"offer": offer, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/decline_offer.html", context, status=status)


@require_POST
@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the offer back while nobody has answered."""
    offer = offers.withdraw(_offer(request, public_id), by=request.user, at=now())
    messages.success(request, _("Offer withdrawn. The expert was told."))
    return redirect("contracts:offer", offer.public_id)


def _offer(request: MemberRequest, public_id: str) -> Offer:
    visible = Offer.objects.visible_to(request.user).select_related(*WITH_NAMES)
    return get_object_or_404(visible, public_id=public_id)
