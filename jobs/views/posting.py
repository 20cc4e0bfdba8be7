"""Posting a job in three steps, each a page of its own over one saved draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest, client_only
from accounts.models import Organisation
from jobs import selectors
from jobs.forms.jobs import (
    BudgetForm,
    DraftBudgetForm,
    DraftScopeForm,
    ScopeForm,
    UseCaseForm,
    WholeScopeForm,
)
from jobs.forms.parts import as_if_sent
from jobs.models import Job
from jobs.services import jobs
from jobs.services.jobs import JobIsIncomplete
from jobs.views.board import page_of
from marketplace.kit.http import refusals_on

STEPS = (
    gettext_lazy("Use case"),
    gettext_lazy("Scope and checks"),
    gettext_lazy("Budget and review"),
)


@client_only
def choose_use_case(request: MemberRequest) -> HttpResponse:
    """Step 1 of a new job: pick a template, which becomes a draft."""
    first = {"use_case": request.GET.get("use_case")}
    form = UseCaseForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        organisation = get_object_or_404(Organisation.objects.visible_to(request.user))
        job = jobs.start(organisation, **form.cleaned_data, by=request.user, at=now())
        return redirect("jobs:edit-scope", job.public_id)
    drafts = Job.objects.of_client(request.user).filter(status=Job.Status.DRAFT).order_by("-pk")
    return _step(request, "jobs/choose_use_case.html", 1, {"form": form, "drafts": drafts[:3]})


@client_only
def change_use_case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 1 again: another template replaces what the first one filled in."""
    job = _own_job(request, public_id)
    first = {"use_case": job.use_case.slug}
    form = UseCaseForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        jobs.change_use_case(job, **form.cleaned_data, by=request.user)
        return redirect("jobs:edit-scope", job.public_id)
    return _step(request, "jobs/choose_use_case.html", 1, {"form": form, "job": job})


@client_only
def edit_scope(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 2: the work, its checks and the skills it takes."""
    job = _own_job(request, public_id)
    form = _scope_form(request, job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            jobs.describe(job, **form.cleaned_data, by=request.user, at=now())
            return _next(request, job, "jobs:edit-budget")
    return _step(request, "jobs/edit_scope.html", 2, {"form": form, "job": job})


@client_only
def edit_budget(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 3: what it may cost, how long it may take and who sees it."""
    job = _own_job(request, public_id)
    form = _budget_form(request, job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            jobs.set_terms(job, **form.cleaned_data, by=request.user, at=now())
            return _next(request, job, "jobs:preview")
    return _step(request, "jobs/edit_budget.html", 3, {"form": form, "job": job})


@require_safe
@client_only
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a draft exactly as experts will see it, with the button that publishes it."""
    job = get_object_or_404(
        selectors.as_rows(Job.objects.of_client(request.user)), public_id=public_id
    )
    if job.status != Job.Status.DRAFT:
        return redirect("jobs:detail", job.public_id)
    return _step(request, "jobs/preview.html", 3, page_of(job, request.user))


@require_POST
@client_only
def publish(request: MemberRequest, public_id: str) -> HttpResponse:
    """Publish a draft, or open the step on which something is missing."""
    job = _own_job(request, public_id)
    try:
        jobs.publish(job, by=request.user, at=now())
    except JobIsIncomplete as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{reverse(f'jobs:edit-{refusal.step}', args=[public_id])}?missing=1")
    messages.success(request, _("Your job is live. The experts it fits are being told."))
    return redirect("jobs:detail", job.public_id)


def _own_job(request: MemberRequest, public_id: str) -> Job:
    rows = Job.objects.of_client(request.user).select_related("use_case", "organisation")
    return get_object_or_404(rows, public_id=public_id)


def _is_for_later(request: MemberRequest) -> bool:
    return request.POST.get("then") == "later"


def _scope_form(request: MemberRequest, job: Job) -> ScopeForm:
    is_settled = jobs.checks_are_settled(job)
    if request.method == "POST":
        is_lenient = _is_for_later(request) and job.status == Job.Status.DRAFT
        form_class = DraftScopeForm if is_lenient else WholeScopeForm
        return form_class(request.POST, job=job, is_settled=is_settled)
    form = WholeScopeForm(job=job, is_settled=is_settled)
    if "missing" not in request.GET:
        return form
    return WholeScopeForm(as_if_sent(form), job=job, is_settled=is_settled)


def _budget_form(request: MemberRequest, job: Job) -> DraftBudgetForm:
    if request.method == "POST":
        return (DraftBudgetForm if _is_for_later(request) else BudgetForm)(request.POST)
    form = BudgetForm(initial=_terms_of(job))
    return BudgetForm(as_if_sent(form)) if "missing" in request.GET else form


def _terms_of(job: Job) -> dict[str, object]:
    least, most = job.budget or (None, None)
    names = ("max_rate", "weeks", "shared_hours", "time_zone", "visibility")
    return {"budget_min": least, "budget_max": most} | {name: getattr(job, name) for name in names}


def _next(request: MemberRequest, job: Job, step: str) -> HttpResponse:
    """Go on with a draft, put it aside, or show the change to a published job."""
    if job.status != Job.Status.DRAFT:
        messages.success(request, _("Your job was updated."))
        return redirect("jobs:detail", job.public_id)
    if _is_for_later(request):
        messages.success(request, _("Your draft was saved."))
        return redirect("jobs:client-jobs")
    return redirect(step, job.public_id)


def _step(
    request: MemberRequest, template: str, number: int, context: dict[str, Any]
) -> HttpResponse:
    form = context.get("form")
    status = 422 if form is not None and request.method == "POST" and form.errors else 200
    return render(request, template, {"steps": STEPS, "now": number} | context, status=status)
