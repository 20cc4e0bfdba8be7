"""How the marketplace does: five shares over twelve months, for our staff."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest, staff_only
from contracts.selectors import health


@require_safe
@staff_only
def index(request: MemberRequest) -> HttpResponse:
    """Show each share as bars and as a table, with what it is a share of."""
    return render(request, "admin/contracts/health.html", {"shares": health.shares(now().date())})
