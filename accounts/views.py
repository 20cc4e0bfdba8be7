"""Pages of people: where to start, their organisation, their news, their settings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import policies, selectors
from accounts.forms import OrganisationForm, PersonForm, PreferencesForm
from accounts.http import MemberRequest
from accounts.models import Notification, Organisation
from accounts.services import notifications, organisations, people
from marketplace.kit.http import refusals_on

NOTICES_PER_PAGE = 30


@require_safe
@login_required
def start(request: MemberRequest) -> HttpResponse:
    """Choose between hiring, working, or both."""
    organisation = Organisation.objects.visible_to(request.user).first()
    return render(request, "accounts/start.html", {"organisation": organisation})


@login_required
def open_organisation(request: MemberRequest) -> HttpResponse:
    """Open a client organisation."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            organisations.open_for(request.user, **form.cleaned_data, at=now())
            return redirect("jobs:choose-use-case")
    return render(
        request,
        "accounts/open_organisation.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@login_required
def organisation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an organisation to its members, and let its owner describe it."""
    row = get_object_or_404(Organisation.objects.visible_to(request.user), public_id=public_id)
    fields = ("name", "website", "country", "about")
    form = OrganisationForm(
        request.POST or None, initial={name: getattr(row, name) for name in fields}
    )
    if form.is_valid():
        organisations.describe(row, **form.cleaned_data, by=request.user)
        messages.success(request, _("Your organisation was updated."))
        return redirect("accounts:organisation", row.public_id)
    context = {
        "organisation": row,
        "members": row.memberships.select_related("user").order_by("pk"),
        "may_describe": policies.may_describe(selectors.membership(request.user, row)),
        "form": form,
    }
    return render(
        request, "accounts/organisation.html", context, status=422 if form.errors else 200
    )


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
def settings(request: MemberRequest) -> HttpResponse:
    """Change one's name and time zone."""
    initial = {"name": request.user.name, "time_zone": request.user.time_zone}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        people.describe(request.user, **form.cleaned_data)
        messages.success(request, _("Your settings were saved."))
        return redirect("accounts:settings")
    return render(
        request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200
    )


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
