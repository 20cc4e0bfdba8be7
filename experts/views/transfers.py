"""The page on which a profile goes to another person; it suspends every badge."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest
from experts import policies
from experts.forms.transfers import TransferForm
from experts.models import Expert
from experts.services import profiles
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def transfer(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a profile to another person."""
    expert = get_object_or_404(Expert.objects.select_related("user"), slug=slug)
    if not policies.may_transfer(request.user, expert):
        raise PermissionDenied
    form = TransferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            profiles.transfer(expert, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("The profile was transferred and its badges suspended."))
            return redirect("admin:experts_expert_changelist")
    context = {"form": form, "expert": expert, "count": expert.badges.valid().count()}
    status = 422 if form.errors else 200
    return render(request, "admin/experts/transfer.html", context, status=status)
