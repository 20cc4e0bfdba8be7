"""What happened to an account: for its person to read."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.activity import seen_by_staff
from accounts.http import MemberRequest
from accounts.models import AuditEvent

PER_PAGE = 30


@require_safe
@login_required
def activity(request: MemberRequest) -> HttpResponse:
    """List what one did oneself, and apart from that what our staff read."""
    events = AuditEvent.objects.visible_to(request.user)
    context = {
        "page": Paginator(events, PER_PAGE).get_page(request.GET.get("page")),
        "seen": seen_by_staff(request.user, limit=PER_PAGE),
    }
    return render(request, "accounts/activity.html", context)
