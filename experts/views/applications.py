"""A freelancer's applications for badges: apply, describe, show evidence, submit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from experts import casework, policies, proofs, selectors, tasklist
from experts.forms.applications import (
    ApplyForm,
    ClaimForm,
    EvidenceForm,
    KindForm,
    LevelForm,
)
from experts.http import ExpertRequest, expert_only
from experts.models import Application, Evidence, Skill
from experts.models.skill import LEVEL_HINTS, Level
from experts.services import drafts, evidence, vetting
from experts.views.task_pages import (
    form_page,
    restored,
    saved,
    visible_application,
    visible_piece,
)
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on

APPLICATIONS_PER_PAGE = 20


@require_safe
@expert_only
def applications(request: ExpertRequest) -> HttpResponse:
    """List one's applications and badges."""
    rows = selectors.applications_of(request.expert)
    page = Paginator(rows, APPLICATIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "experts/applications.html", {"page": page})


@expert_only
def apply(request: ExpertRequest) -> HttpResponse:
    """Say what a badge in a skill asks for, then choose skill and level."""
    form = ApplyForm(request.POST or None, initial={"skill": request.GET.get("skill")})
    if form.is_valid():
        with refusals_on(form):
            row = vetting.apply(request.expert, **form.cleaned_data, by=request.user, at=now())
            return redirect("experts:application", row.public_id)
    slug = str(form["skill"].value() or "").replace("\x00", "")
    skill = Skill.objects.badgeable().filter(slug=slug).first()
    context = {"form": form, "skill": skill, "median_days": selectors.median_days(skill)}
    return form_page(request, "experts/apply.html", context)


@require_safe
@login_required
def application(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an application: what is still to do, or where it stands."""
    return _application_page(request, visible_application(request, public_id))


@login_required
def change_level(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask for another level, beside what each one takes."""
    row = visible_application(request, public_id)
    form = LevelForm(request.POST or None, rubric=row.rubric, initial={"level": row.level})
    if form.is_valid():
        with refusals_on(form):
            vetting.change_level(row, **form.cleaned_data, by=request.user)
            messages.success(request, _("You apply for level %(level)s now.") % form.cleaned_data)
            return redirect("experts:application", row.public_id)
    context = {
        "form": form,
        "application": row,
        "may_change": policies.may_change_level(request.user, row),
        "fixed": vetting.LevelIsFixed.sentence,
    }
    return form_page(request, "experts/level.html", context)


@login_required
def describe(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the claim."""
    row = visible_application(request, public_id)
    written = {"claim": row.claim, "built_on": row.built_on.all()}
    form = ClaimForm(request.POST or None, initial=restored(row, "claim", written))
    if form.is_valid():
        with refusals_on(form):
            vetting.describe(row, **form.cleaned_data, by=request.user)
            drafts.drop(row, task="claim")
            return saved(request, row)
    context = {"form": form, "application": row} | _level_of(request, row)
    return form_page(request, "experts/claim.html", context, "claim")


@login_required
def add_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Choose what kind of evidence it is, then add it."""
    row = visible_application(request, public_id)
    chosen = KindForm(request.POST or request.GET or None)
    if not chosen.is_valid():
        return form_page(
            request, "experts/evidence_kind.html", {"form": chosen, "application": row}
        )
    kind = chosen.cleaned_data["kind"]
    form = _evidence_form(request, row, kind, restored(row, f"evidence-{kind}", {}))
    if not request.htmx and form.is_valid():
        with refusals_on(form):
            evidence.add(row, artefact=form.artefact(), by=request.user, at=now())
            drafts.drop(row, task=f"evidence-{kind}")
            return saved(request, row)
    context = {"form": form, "application": row, "kind": Evidence.Kind(kind).label}
    return form_page(request, "experts/evidence_form.html", context, f"evidence-{kind}")


@login_required
def edit_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change a piece of evidence."""
    piece = visible_piece(request, public_id)
    row, task = piece.application, piece.public_id
    initial = restored(row, task, EvidenceForm.initial_of(piece))
    form = _evidence_form(request, row, piece.kind, initial)
    if not request.htmx and form.is_valid():
        with refusals_on(form):
            evidence.edit(piece, artefact=form.artefact(), by=request.user, at=now())
            drafts.drop(row, task=task)
            return saved(request, row)
    context = {"form": form, "application": row, "piece": piece, "kind": piece.get_kind_display()}
    return form_page(request, "experts/evidence_form.html", context, task)


@require_POST
@login_required
def remove_evidence(request: MemberRequest, public_id: str) -> HttpResponse:
    """Remove a piece of evidence."""
    piece = visible_piece(request, public_id)
    evidence.remove(piece, by=request.user, at=now())
    messages.success(request, _("“%(title)s” was removed.") % {"title": piece.title})
    return redirect("experts:application", piece.application.public_id)


@login_required
def submit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand the application to the reviewers, or say what is missing."""
    if request.method != "POST":
        return redirect("experts:application", public_id)
    form = SiteForm(request.POST)
    with refusals_on(form):
        row = vetting.submit(visible_application(request, public_id), by=request.user, at=now())
        messages.success(request, _("Submitted. You will hear from us by e-mail and here."))
        return redirect("experts:application", row.public_id)
    return _application_page(request, visible_application(request, public_id), form=form)


@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask once, then take the application back."""
    row = visible_application(request, public_id)
    if request.method == "POST":
        vetting.withdraw(row, by=request.user, at=now())
        messages.success(request, _("Withdrawn. You can apply again at any time."))
        return redirect("experts:applications")
    return render(request, "experts/withdraw.html", {"application": row})


def _evidence_form(
    request: MemberRequest, row: Application, kind: str, initial: dict[str, Any]
) -> EvidenceForm:
    return EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        expert=row.expert,
        kind=kind,
    )


def _application_page(
    request: MemberRequest, row: Application, form: SiteForm | None = None
) -> HttpResponse:
    tasks = tasklist.tasks_of(row)
    context = {
        "application": row,
        "tasks": tasks,
        "warnings": [line for task in tasks for line in task.warnings],
        "missing": [line for task in tasks for line in task.missing],
        "pieces": proofs.pieces_of(row),
        "checks": proofs.checks_of(row),
        "slots": row.slots.all(),
        "may_edit": policies.may_edit(request.user, row),
        "may_withdraw": policies.may_withdraw(request.user, row),
        "may_appeal": policies.may_appeal(request.user, row, at=now()),
        "timeline": casework.timeline(row),
        "place": selectors.place_in_line(row),
        "review": selectors.shown_review(row),
        "form": form,
    }
    context |= _level_of(request, row)
    return render(request, "experts/application.html", context, status=409 if form else 200)


def _level_of(request: MemberRequest, row: Application) -> dict[str, Any]:
    """Return what `_level_rule.html` says of the level that is asked for."""
    return {
        "may_change_level": policies.may_change_level(request.user, row),
        "level_says": LEVEL_HINTS[Level(row.level)],
        "level_mean": row.rubric.mean_for(row.level),
    }
