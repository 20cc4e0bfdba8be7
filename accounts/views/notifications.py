"""Pages of what a person was told, and how they want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors
from accounts.forms import PreferencesForm
from accounts.http import MemberRequest
from accounts.models import Notification
from accounts.services import notifications

NOTICES_PER_PAGE = 30


@require_safe
@login_required
def notification_list(request: MemberRequest) -> HttpResponse:
    """Show what this person was told, newest first."""
    notices = Notification.objects.visible_to(request.user)
    page = Paginator(notices, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notifications.html", {"page": page})


@require_POST
@login_required
def open_notification(request: MemberRequest, public_id: str) -> HttpResponse:
    """Mark one notice as read and go where it points."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), public_id=public_id)
    notifications.mark_read([notice], at=now())
    return redirect(notice.url)


@require_POST
@login_required
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark every notice as read."""
    notifications.mark_read(Notification.objects.visible_to(request.user).unread(), at=now())
    return redirect("accounts:notifications")


@login_required
def preferences(request: MemberRequest) -> HttpResponse:
    """Choose what is also sent by e-mail."""
    form = PreferencesForm(
        request.POST or None, initial={"mailed_kinds": selectors.mailed_kinds(request.user)}
    )
    if request.method == "POST" and form.is_valid():
        notifications.prefer(request.user, **form.cleaned_data)
        messages.success(request, _("Your choices were saved."))
        return redirect("accounts:preferences")
    return render(
        request, "accounts/preferences.html", {"form": form}, status=422 if form.errors else 200
    )
