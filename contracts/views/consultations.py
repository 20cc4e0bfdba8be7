"""Pages of consultations: price and times, booking one, and what becomes of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.consultations import BookForm, NotesForm, PriceForm, TimesForm
from contracts.http import PayerRequest, SeeOther, payer_only
from contracts.models import Consultation, Slot
from contracts.selectors import consultations as reads
from contracts.selectors import steps
from contracts.services import consultations, consulting
from experts.http import ExpertRequest, expert_only
from experts.models import Expert
from marketplace.kit.http import refusals_on

WITH_NAMES = ("slot", "contract__expert__user", "contract__organisation")


@require_safe
@expert_only
def times(request: ExpertRequest) -> HttpResponse:
    """Show an expert's price and times."""
    return _times(request, PriceForm(initial=_price_of(request.expert)), TimesForm())


@require_POST
@expert_only
def set_price(request: ExpertRequest) -> HttpResponse:
    """Offer consultations at a price."""
    form = PriceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            consulting.set_price(request.expert, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. Add times at which you can be booked."))
            return redirect("contracts:consultation-times")
    return _times(request, form, TimesForm())


@require_POST
@expert_only
def stop(request: ExpertRequest) -> HttpResponse:
    """Offer consultations no longer."""
    consulting.stop(request.expert, by=request.user)
    messages.success(request, _("Nobody can book you now. What is booked stays booked."))
    return redirect("contracts:consultation-times")


@require_POST
@expert_only
def add_times(request: ExpertRequest) -> HttpResponse:
    """Offer a time, once or every week."""
    form = TimesForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            minutes = form.cleaned_data["minutes"]
            starts = form.starts
            consulting.offer_times(
                request.expert, starts, minutes=minutes, by=request.user, at=now()
            )
            messages.success(request, _("Offered. Clients see it on their own clock."))
            return redirect("contracts:consultation-times")
    return _times(request, PriceForm(initial=_price_of(request.expert)), form)


@require_POST
@expert_only
def withdraw_time(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Take a time from the list."""
    slot = get_object_or_404(Slot, expert=request.expert, public_id=public_id)
    consulting.withdraw_time(slot, by=request.user, at=now())
    messages.success(request, _("Taken from the list."))
    return redirect("contracts:consultation-times")


def _times(request: ExpertRequest, price: PriceForm, form: TimesForm) -> HttpResponse:
    context = {
        "price": price,
        "form": form,
        "consulting": reads.terms_of(request.expert),
        "slots": reads.own_times(request.expert, at=now()),
        "expert": request.expert,
    }
    status = 422 if price.errors or form.errors else 200
    return render(request, "contracts/consultation_times.html", context, status=status)


def _price_of(expert: Expert) -> dict[str, object]:
    terms = reads.terms_of(expert)
    return {"price": terms.price} if terms else {}


@require_http_methods(["GET", "POST"])
@payer_only
def book(request: PayerRequest, slug: str) -> HttpResponse:
    """Choose a time, say what it is about and see its price, and go to Stripe's page to pay."""
    visible = Expert.objects.visible_to(request.user).select_related("user")
    expert = get_object_or_404(visible, slug=slug)
    free = reads.free_times(expert, request.organisation, at=now())
    form = BookForm(request.POST if request.method == "POST" else None, times=free)
    if form.is_valid():
        with refusals_on(form):
            slot = Slot.objects.get(public_id=form.cleaned_data["slot"])
            question = form.cleaned_data["question"]
            words = {"organisation": request.organisation, "question": question}
            return SeeOther(consultations.checkout_url(slot, **words, by=request.user, at=now()))
    asked_for = request.POST.get("slot") or request.GET.get("slot")
    context = {
        "expert": expert,
        "times": free,
        "form": form,
        "asked_for": asked_for,
        "chosen": next((row for row in free if row.slot.public_id == asked_for), None),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/book_consultation.html", context, status=status)


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a consultation on both sides' clocks, with what can be done now."""
    return _page(request, _one(request, public_id), NotesForm())


@require_POST
@login_required
def give(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that it took place, with notes."""
    row, form = _one(request, public_id), NotesForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            consultations.give(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Handed in. The client has three days to object."))
            return redirect("contracts:consultation", row.public_id)
    return _page(request, row, form)


@require_POST
@login_required
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Call it off."""
    row = consultations.cancel(_one(request, public_id), by=request.user, at=now())
    messages.success(request, _("Called off. All of the money goes back."))
    return redirect("contracts:consultation", row.public_id)


@require_POST
@login_required
def report(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that the other side did not come."""
    row = _one(request, public_id)
    is_expert = steps.side_of(request.user, row.contract) == steps.Side.EXPERT
    verb = consultations.report_client if is_expert else consultations.report_expert
    verb(row, by=request.user, at=now())
    messages.success(request, _("Noted. The other side was told, and can answer."))
    return redirect("contracts:consultation", row.public_id)


@require_safe
@login_required
def calendar(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand out a file for a calendar."""
    row = _one(request, public_id)
    url = request.build_absolute_uri(reverse("contracts:consultation", args=[row.public_id]))
    content = reads.calendar(row, url=url, at=now())
    name = f'attachment; filename="{row.public_id}.ics"'
    return HttpResponse(content, "text/calendar", headers={"Content-Disposition": name})


def _page(request: MemberRequest, row: Consultation, form: NotesForm) -> HttpResponse:
    contract = row.contract
    side = steps.side_of(request.user, contract)
    is_expert = side == steps.Side.EXPERT
    other = None if is_expert else contract.expert
    zone = contract.expert.time_zone if other else "UTC"
    context = {
        "row": row,
        "contract": contract,
        "time": reads.on_both_clocks(row.slot, zone),
        "other": contract.organisation.name if is_expert else contract.expert.name,
        "milestone": row.milestone,
        "may": reads.may(row, side, at=now()),
        "to_pay": reads.to_pay(row),
        "may_fund": policies.may_fund(membership(request.user, contract.organisation)),
        "freezes": [one for one in contract.freezes.all() if one.lifted_at is None],
        "is_expert": is_expert,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/consultation.html", context, status=status)


def _one(request: MemberRequest, public_id: str) -> Consultation:
    rows = Consultation.objects.visible_to(request.user).select_related(*WITH_NAMES)
    return get_object_or_404(rows, public_id=public_id)
