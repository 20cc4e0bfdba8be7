"""Pages of a person: where to start, how others see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import selectors
from accounts.forms import PersonForm
from accounts.http import WAITS_FOR_FACTOR, MemberRequest
from accounts.models import Organisation
from accounts.services import member_invitations, people, second_factors
from marketplace.kit.http import is_path_here, refusals_on


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
        with refusals_on(form):
            people.describe(request.user, **form.cleaned_data)
            with translation.override(request.user.language):
                messages.success(request, _("Your settings were saved."))
            return redirect("accounts:settings")
    return render(
        request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@login_required
def second_factor(request: MemberRequest) -> HttpResponse:
    """Say why one is needed now; whoever has one is led on to what they had begun."""
    wanted = request.GET.get("next", "")
    if is_path_here(request, wanted):
        request.session[WAITS_FOR_FACTOR] = wanted
    if second_factors.has_one(request.user):
        return redirect(request.session.pop(WAITS_FOR_FACTOR, reverse("mfa_index")))
    return render(request, "accounts/second_factor.html")
