"""Pages of a person: where to start, how others see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import selectors
from accounts.forms import PersonForm
from accounts.http import MemberRequest
from accounts.models import Organisation
from accounts.services import member_invitations, people


@require_safe
@login_required
def start(request: MemberRequest) -> HttpResponse:
    """Choose between hiring, working, or both."""
    context = {
        "organisation": Organisation.objects.visible_to(request.user).first(),
        "invitations": [
            (invitation, member_invitations.token_of(invitation))
            for invitation in selectors.invitations_to(request.user, now())
        ],
    }
    return render(request, "accounts/start.html", context)


@login_required
def settings(request: MemberRequest) -> HttpResponse:
    """Change one's name, time zone and language."""
    initial = {
        "name": request.user.name,
        "time_zone": request.user.time_zone,
        "language": request.user.language,
    }
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        people.describe(request.user, **form.cleaned_data)
        with translation.override(request.user.language):
            messages.success(request, _("Your settings were saved."))
        return redirect("accounts:settings")
    return render(
        request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200
    )
