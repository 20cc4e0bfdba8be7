"""Appealing against a rejection."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.http import MemberRequest
from experts import policies
from experts.forms.appeals import AppealForm
from experts.models import Application
from experts.services import appeals
from marketplace.kit.http import refusals_on


@login_required
def appeal(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say what the reviewers overlooked, once."""
    rows = Application.objects.visible_to(request.user).select_related("skill", "expert__user")
    row = get_object_or_404(rows, public_id=public_id)
    form = AppealForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            appeals.appeal(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("We have your appeal. Somebody new decides it."))
            return redirect("experts:application", row.public_id)
    may_appeal = policies.may_appeal(request.user, row, at=now())
    context = {"form": form, "application": row, "may_appeal": may_appeal}
    return render(request, "experts/appeal.html", context, status=422 if form.errors else 200)
