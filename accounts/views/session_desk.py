"""The desk of sessions: where somebody is signed in, and ending it for them."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policies
from accounts.forms import SignOutForm, WhoForm
from accounts.http import MemberRequest, moderator_only
from accounts.models import User
from accounts.services import sign_outs


@require_safe
@moderator_only
def index(request: MemberRequest) -> HttpResponse:
    """Ask whose sessions, and lead to them."""
    form = WhoForm(request.GET if "person" in request.GET else None)
    if form.is_valid():
        return redirect("admin:sessions:person", form.cleaned_data["person"].public_id)
    status = 422 if form.errors else 200
    return render(request, "admin/accounts/sessions.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@moderator_only
def person(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show where a person is signed in; end one of it, or all."""
    whose = get_object_or_404(User, public_id=public_id)
    form = SignOutForm(request.POST if request.method == "POST" else None, person=whose)
    if form.is_valid():
        one = form.cleaned_data["session"]
        chosen = [one] if one else list(UserSession.objects.filter(user=whose))
        reason = form.cleaned_data["reason"]
        number = sign_outs.end(whose, chosen, reason=reason, by=request.user, at=now())
        said = ngettext("%(number)d session ended.", "%(number)d sessions ended.", number)
        messages.success(request, said % {"number": number})
        return redirect("admin:sessions:person", public_id)
    context = {
        "person": whose,
        "sessions": UserSession.objects.purge_and_list(whose),
        "form": form,
        "may_end": policies.may_sign_out(request.user, whose),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/accounts/sessions_of.html", context, status=status)
