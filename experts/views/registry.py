"""The registry's bench in the admin site: correct a release after seeing what would follow."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import MemberRequest
from experts import selectors
from experts.forms.registry import CorrectionForm
from experts.http import registrar_only
from experts.models import ModelRelease
from experts.services import ageing, impact, registry


@require_safe
@registrar_only
def releases(request: MemberRequest) -> HttpResponse:
    """List the releases."""
    return render(request, "admin/experts/releases.html", {"families": selectors.families()})


@require_http_methods(["GET", "POST"])
@registrar_only
def release(request: MemberRequest, api_id: str) -> HttpResponse:
    """Show what a correction would do; carry it out once that has been seen."""
    row = get_object_or_404(ModelRelease.objects.select_related("family"), api_id=api_id)
    typed = request.POST if request.method == "POST" else None
    form = CorrectionForm(typed, initial=CorrectionForm.initial_of(row))
    context = {"release": row, "form": form, "changes": row.changes.select_related("by")[:20]}
    if form.is_valid():
        at, words = now(), {"correction": form.correction, "reason": form.cleaned_data["reason"]}
        if request.POST.get("then") == "apply":
            registry.correct(row, **words, by=request.user, at=at)
            ageing.age_due(at=at)
            messages.success(request, _("Changed. The holders concerned were told."))
            return redirect("admin:registry:release", row.api_id)
        context["impact"] = impact.of(
            lambda: registry.correct(row, **words, by=request.user, at=at), at=at
        )
    status = 422 if form.errors else 200
    return render(request, "admin/experts/release.html", context, status=status)
