"""Pages of offers: making one, reading one, answering it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.models import User
from accounts.selectors import membership
from contracts import policies, written
from contracts.forms.hours import HourlyOfferForm
from contracts.forms.offers import DeclineOfferForm, OfferForm
from contracts.http import proposal_for
from contracts.models import Offer
from contracts.models.terms import canonical
from contracts.selectors import offers as reads
from contracts.selectors import versions
from contracts.services import offers
from jobs import clauses
from marketplace.kit.http import refusals_on

WITH_NAMES = ("proposal__job__organisation", "proposal__expert__user", "made_by", "answers")


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
def library(request: HttpRequest) -> HttpResponse:
    """Show everybody every clause an offer may name, word for word."""
    context = {"topics": [(topic.label, clauses.current(topic)) for topic in clauses.Topic]}
    return render(request, "contracts/clauses.html", context)


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an offer to both sides, beside the proposal or the version it answers."""
    offer = _offer(request, public_id)
    prefetch_related_objects([offer], "milestones")
    member = membership(request.user, offer.proposal.job.organisation)
    is_waiting = offer.may("accept")
    context = {
        "offer": offer,
        "versions": versions.versions(offer),
        "differences": versions.differences(offer),
        "terms": reads.terms(offer),
        "clauses": clauses.named(offer.clauses),
        "receipt": reads.receipt_of(offer),
        "week": reads.week_of(offer),
        "contract": reads.contract_of(offer),
        "may_answer": is_waiting and policies.may_answer_offer(request.user, member, offer),
        "may_withdraw": is_waiting and policies.may_withdraw_offer(request.user, member, offer),
        "may_offer": policies.may_make_offer(member),
        "is_expert": policies.is_offered_to(request.user, offer),
    }
    return render(request, "contracts/offer.html", context)


@require_safe
@login_required
def document(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand out the text a version's fingerprint is taken of, byte for byte."""
    offer = _offer(request, public_id)
    name = f"{offer.public_id}-version-{offer.number}.json"
    return HttpResponse(
        canonical(written.of_offer(offer)),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


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
    """Say no, with a word on why."""
    offer = _offer_to_answer(request, public_id)
    form = DeclineOfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        offers.decline(offer, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("You declined. The other side was told."))
        return redirect("contracts:offer", offer.public_id)
    context = {"offer": offer, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/decline_offer.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def counter(request: MemberRequest, public_id: str) -> HttpResponse:
    """Name other terms, filled in as they were offered; they are the next version."""
    offer = _offer_to_answer(request, public_id)
    typed = request.POST if request.method == "POST" else None
    form: OfferForm | HourlyOfferForm
    if offer.is_hourly:
        form = HourlyOfferForm(typed, proposal=offer.proposal, answered=offer)
    else:
        form = OfferForm(typed, proposal=offer.proposal, answered=offer)
    if form.is_valid():
        with refusals_on(form):
            version = _name_others(offer, form, by=request.user)
            messages.success(request, _("Sent. Nothing is agreed until the other side accepts."))
            return redirect("contracts:offer", version.public_id)
    receipt = (
        reads.receipt_as(offer, form.amounts, at=now()) if isinstance(form, OfferForm) else None
    )
    context = {"offer": offer, "form": form, "receipt": receipt}
    status = 422 if form.errors else 200
    return render(request, "contracts/counter_offer.html", context, status=status)


def _name_others(offer: Offer, form: OfferForm | HourlyOfferForm, *, by: User) -> Offer:
    if isinstance(form, OfferForm):
        return offers.counter(offer, **form.terms, by=by, at=now())
    return offers.counter_hourly(offer, **form.terms, by=by, at=now())


@require_POST
@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the offer back while nobody has answered."""
    offer = offers.withdraw(_offer(request, public_id), by=request.user, at=now())
    messages.success(request, _("Offer withdrawn. The other side was told."))
    return redirect("contracts:offer", offer.public_id)


def _offer_to_answer(request: MemberRequest, public_id: str) -> Offer:
    """Return an offer its reader may answer.

    :raises PermissionDenied: if they only may read it.
    """
    offer = _offer(request, public_id)
    member = membership(request.user, offer.proposal.job.organisation)
    if not policies.may_answer_offer(request.user, member, offer):
        raise PermissionDenied
    return offer


def _offer(request: MemberRequest, public_id: str) -> Offer:
    visible = Offer.objects.visible_to(request.user).select_related(*WITH_NAMES)
    return get_object_or_404(visible, public_id=public_id)
