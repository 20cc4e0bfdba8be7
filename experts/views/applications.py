"""A freelancer's applications for badges: apply, describe, show evidence, submit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from experts import casework, policies, selectors
from experts.forms.applications import ApplyForm, ClaimForm, EvidenceForm
from experts.http import ExpertRequest, expert_only
from experts.models import Application, Evidence
from experts.services import evidence, vetting
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on


@require_safe
@expert_only
def applications(request: ExpertRequest) -> HttpResponse:
    """List one's applications and badges."""
    rows = selectors.applications_of(request.expert)
    return render(request, "experts/applications.html", {"applications": rows})


@expert_only
def apply(request: ExpertRequest) -> HttpResponse:
    """Choose a skill and a level."""
    form = ApplyForm(request.POST or None, initial={"skill": request.GET.get("skill")})
    if form.is_valid():
        with refusals_on(form):
            row = vetting.apply(request.expert, **form.cleaned_data, by=request.user, at=now())
            return redirect("experts:application", row.public_id)
    return _form_page(request, "experts/apply.html", {"form": form})


@require_safe
@login_required
def application(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an application: what is still to do, or where it stands."""
    return _application_page(request, _visible(request, public_id))


@login_required
def describe(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the claim."""
    row = _visible(request, public_id)
    form = ClaimForm(request.POST or None, initial={"claim": row.claim})
    if form.is_valid():
        with refusals_on(form):
            vetting.describe(row, **form.cleaned_data, by=request.user)
            return redirect("experts:application", row.public_id)
    return _form_page(request, "experts/claim.html", {"form": form, "application": row})


@login_required
def add_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Add a piece of evidence."""
    row = _visible(request, public_id)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            evidence.add(row, artefact=form.artefact(), by=request.user, at=now())
            return redirect("experts:application", row.public_id)
    return _form_page(request, "experts/evidence_form.html", {"form": form, "application": row})


@login_required
def edit_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change a piece of evidence."""
    piece = _piece(request, public_id)
    initial = EvidenceForm.initial_of(piece)
    form = EvidenceForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            evidence.edit(piece, artefact=form.artefact(), by=request.user)
            return redirect("experts:application", piece.application.public_id)
    context = {"form": form, "application": piece.application, "piece": piece}
    return _form_page(request, "experts/evidence_form.html", context)


@require_POST
@login_required
def remove_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Remove a piece of evidence."""
    piece = _piece(request, public_id)
    evidence.remove(piece, by=request.user)
    messages.success(request, _("“%(title)s” was removed.") % {"title": piece.title})
    return redirect("experts:application", piece.application.public_id)


@login_required
def submit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand the application to the reviewers, or say what is missing."""
    if request.method != "POST":
        return redirect("experts:application", public_id)
    form = SiteForm(request.POST)
    with refusals_on(form):
        row = vetting.submit(_visible(request, public_id), by=request.user, at=now())
        messages.success(request, _("Submitted. You will hear from us by e-mail and here."))
        return redirect("experts:application", row.public_id)
    return _application_page(request, _visible(request, public_id), form=form)


@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask once, then take the application back."""
    row = _visible(request, public_id)
    if request.method == "POST":
        vetting.withdraw(row, by=request.user, at=now())
        messages.success(request, _("Withdrawn. You can apply again at any time."))
        return redirect("experts:applications")
    return render(request, "experts/withdraw.html", {"application": row})


def _visible(request: MemberRequest, public_id: str) -> Application:
    rows = Application.objects.visible_to(request.user)
    rows = rows.select_related("skill", "rubric", "expert__user", "badge")
    return get_object_or_404(rows, public_id=public_id)


def _piece(request: MemberRequest, public_id: str) -> Evidence:
    """Find a piece of evidence of an application one may see, so that public ones stay apart."""
    rows = Evidence.objects.filter(application__in=Application.objects.visible_to(request.user))
    return get_object_or_404(
        rows.select_related("application__skill", "application__expert"), public_id=public_id
    )


def _application_page(
    request: MemberRequest, row: Application, form: SiteForm | None = None
) -> HttpResponse:
    context = {
        "application": row,
        "evidence": row.evidence.all(),
        "may_edit": policies.may_edit(request.user, row),
        "may_withdraw": policies.may_withdraw(request.user, row),
        "missing": selectors.missing_from(row),
        "timeline": casework.timeline(row),
        "place": selectors.place_in_line(row),
        "review": selectors.shown_review(row),
        "form": form,
    }
    return render(request, "experts/application.html", context, status=409 if form else 200)


def _form_page(request: MemberRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if context["form"].errors else 200)
