"""Pages of what a person was told, and how they want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import emails, selectors
from accounts.forms import PreferencesForm, chosen
from accounts.http import MemberRequest
from accounts.models import Kind, Notification
from accounts.models.notification import ALWAYS_MAILED
from accounts.services import notifications
from accounts.services import preferences as choices
from marketplace.kit.http import refusals_on

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
    """Choose which news is told where and how often, and when no mail is sent."""
    begins = chosen(request.user, selectors.preferences_of(request.user))
    form = PreferencesForm(request.POST or None, initial=begins)
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            choices.choose(
                request.user,
                wishes=form.wishes,
                quiet_from=said["quiet_from"],
                quiet_until=said["quiet_until"],
            )
            messages.success(request, _("Your choices were saved."))
            return redirect("accounts:preferences")
    context = {"form": form, "always": [Kind(kind) for kind in Kind if kind in ALWAYS_MAILED]}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "accounts/preferences.html", context, status=status)


@csrf_exempt
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mails of one kind: by a button here, or by the mailbox's own (RFC 8058).

    The signed address is enough; a mailbox sends no cookie, and opening the page stops nothing.
    """
    found = emails.read_stop_token(token)
    if found is None:
        return render(request, "accounts/unsubscribe_gone.html", status=404)
    user, kind = found
    is_done = request.method == "POST"
    if is_done:
        choices.stop(user, kind)
    label = Kind(kind).label if kind in Kind.values else _("Digests")
    context = {"label": label, "is_done": is_done, "email": user.email}
    return render(request, "accounts/unsubscribe.html", context)
