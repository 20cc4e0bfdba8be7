"""Pages of an expert's money: what is held, on its way and paid, and where it is paid to."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contracts import gateway
from contracts.http import SeeOther
from contracts.selectors import earnings
from contracts.services import onboarding
from experts.http import ExpertRequest, expert_only


@require_safe
@expert_only
def index(request: ExpertRequest) -> HttpResponse:
    """Show what was earned, by where it is."""
    context = {
        "earnings": earnings.earnings(request.expert, currency=settings.CURRENCY, at=now()),
        "account": earnings.payout_account(request.expert),
    }
    return render(request, "contracts/earnings.html", context)


@require_POST
@expert_only
def start_payouts(request: ExpertRequest) -> HttpResponse:
    """Go to Stripe's pages to say who is paid, and where."""
    return SeeOther(onboarding.start(request.expert, by=request.user, at=now()))


@require_safe
@expert_only
def return_from_payouts(request: ExpertRequest) -> HttpResponse:
    """Ask Stripe how the account stands now; a link that ran out is started again from here."""
    account = earnings.payout_account(request.expert)
    with suppress(gateway.GatewayError):
        account = onboarding.sync(account, at=now()) if account else None
    if account and account.can_receive:
        messages.success(request, _("Payouts are set up. Released money is sent to you."))
    else:
        messages.warning(request, _("Payouts are not set up yet. You can go on where you left."))
    return redirect("contracts:earnings")
