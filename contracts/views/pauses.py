"""Pages of pausing a contract and going on with it."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.terms import PauseForm
from contracts.http import contract_for
from contracts.selectors import terms
from contracts.services import pauses
from marketplace.kit.http import refusals_on
from marketplace.kit.money import total_of


@require_http_methods(["GET", "POST"])
@login_required
def pause(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let nothing new begin for a while: say why, and see what goes on all the same."""
    contract = contract_for(request.user, public_id)
    if not policies.may_pause(
        request.user, membership(request.user, contract.organisation), contract
    ):
        raise PermissionDenied
    form = PauseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            pauses.pause(contract, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Paused. Both sides were told."))
            return redirect("contracts:detail", contract.public_id)
    context = {
        "contract": contract,
        "form": form,
        "held": total_of((row.held for row in terms.held(contract)), contract.currency),
        "ends_at": now() + timedelta(days=settings.PAUSE_LASTS_DAYS),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/pause.html", context, status=status)


@require_POST
@login_required
def resume(request: MemberRequest, public_id: str) -> HttpResponse:
    """End the pause that the reader's side began."""
    contract = contract_for(request.user, public_id)
    pauses.resume(contract, by=request.user, at=now())
    messages.success(request, _("The contract goes on."))
    return redirect("contracts:detail", contract.public_id)
