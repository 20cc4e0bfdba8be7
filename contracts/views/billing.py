"""What papers call a client and an expert: read it, and say it anew."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import MemberRequest
from accounts.policies import may_pay
from contracts.forms.billing import BillingForm
from contracts.http import PayerRequest, payer_only
from contracts.models import BillingDetails
from contracts.selectors import parties
from contracts.services import billing
from experts.http import ExpertRequest, expert_only
from experts.models import Expert

FIELDS = ("legal_name", "address", "country", "vat_id")


@require_safe
@login_required
def index(request: MemberRequest) -> HttpResponse:
    """Show what papers call the reader, in each of their capacities."""
    expert = Expert.objects.filter(user=request.user).first()
    member = request.user.memberships.select_related("organisation").order_by("pk").first()
    context = {
        "expert": parties.expert(expert) if expert else None,
        "client": parties.client(member.organisation) if member else None,
        "may_pay": may_pay(member),
    }
    return render(request, "contracts/billing.html", context)


@require_http_methods(["GET", "POST"])
@expert_only
def expert(request: ExpertRequest) -> HttpResponse:
    """Say what papers call an expert."""
    present = parties.details_of_expert(request.expert)
    known = {"legal_name": request.expert.name, "country": request.expert.country}

    def save(**fields: Any) -> BillingDetails:
        return billing.describe_expert(request.expert, **fields, by=request.user, at=now())

    return _form(request, present, known, save)


@require_http_methods(["GET", "POST"])
@payer_only
def client(request: PayerRequest) -> HttpResponse:
    """Say what papers call a client."""
    present = parties.details_of_client(request.organisation)
    known = {"legal_name": request.organisation.name, "country": request.organisation.country}

    def save(**fields: Any) -> BillingDetails:
        organisation = request.organisation
        return billing.describe_client(organisation, **fields, by=request.user, at=now())

    return _form(request, present, known, save)


def _form(
    request: HttpRequest,
    present: BillingDetails | None,
    known: dict[str, str],
    save: Callable[..., BillingDetails],
) -> HttpResponse:
    initial = {name: getattr(present, name) for name in FIELDS} if present else known
    form = BillingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        save(**form.cleaned_data)
        messages.success(request, _("Saved. Receipts and invoices say so from now on."))
        return redirect("contracts:billing")
    context = {"form": form, "name": known["legal_name"]}
    return render(
        request, "contracts/billing_form.html", context, status=422 if form.errors else 200
    )
