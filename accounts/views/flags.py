"""Reporting a thing to our staff: one form for all sorts of things."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.flagging import SORTS
from accounts.forms import FlagForm
from accounts.http import MemberRequest
from accounts.services import flags
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def report(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    """Say what is wrong with a thing."""
    sort = SORTS.get(kind)
    found = sort.find(request.user, public_id) if sort else None
    if sort is None or found is None:
        raise Http404
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            flags.report(found, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Thank you. Our staff read it, and you get an answer."))
            return redirect(found.url)
    context = {"form": form, "found": found, "label": sort.label}
    return render(request, "accounts/report.html", context, status=422 if form.errors else 200)
