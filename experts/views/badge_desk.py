"""Suspending, reinstating and revoking badges, at the desk and in public."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from experts import policies
from experts.forms.touch import TouchForm
from experts.http import reviewer_only
from experts.models import Badge
from experts.services import badges
from marketplace.kit.http import refusals_on

MOST_FOUND = 50
VERBS = {
    "suspend": (badges.suspend, gettext_lazy("Suspend: it stops counting while we look into it")),
    "reinstate": (badges.reinstate, gettext_lazy("Reinstate: it counts again")),
    "revoke": (badges.revoke, gettext_lazy("Revoke: it is taken away for ever")),
}


@require_safe
@reviewer_only
def find(request: MemberRequest) -> HttpResponse:
    """Find badges by holder, skill or id."""
    query = request.GET.get("q", "").replace("\x00", "").strip()
    rows = Badge.objects.select_related("skill", "expert__user").order_by("-pk")
    if query:
        named = Q(expert__user__name__icontains=query) | Q(skill__english_name__icontains=query)
        rows = rows.filter(named | Q(public_id=query))
    context = {"badges": rows[:MOST_FOUND], "query": query, "most": MOST_FOUND}
    return render(request, "admin/experts/badges.html", context)


@reviewer_only
def badge(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a badge with what was done to it, and do one thing more."""
    rows = Badge.objects.select_related("skill", "expert__user", "application")
    row = get_object_or_404(rows, public_id=public_id)
    verbs = [(verb, label) for verb, (_act, label) in VERBS.items() if row.may(verb)]
    form = TouchForm(request.POST or None, verbs=verbs)
    if form.is_valid():
        with refusals_on(form):
            act, _label = VERBS[form.cleaned_data["verb"]]
            act(row, reason=form.cleaned_data["reason"], by=request.user, at=now())
            messages.success(request, _("Done, and public. The holder has been told."))
            return redirect("admin:vetting:badge", row.public_id)
    context = {
        "badge": row,
        "form": form,
        "history": row.history.select_related("by"),
        "may_police": policies.may_police(request.user, row) and bool(verbs),
    }
    return render(request, "admin/experts/badge.html", context, status=422 if form.errors else 200)
