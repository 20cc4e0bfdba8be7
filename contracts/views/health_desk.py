"""How the marketplace does: five shares over twelve months, for our staff."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from contracts.selectors import health


@require_safe
@login_required
def index(request: MemberRequest) -> HttpResponse:
    """Show each share as bars and as a table, with what it is a share of.

    :raises PermissionDenied: unless the reader is staff.
    """
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "admin/contracts/health.html", {"shares": health.shares(now().date())})
