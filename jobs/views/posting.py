"""Posting a job in three steps, each a page of its own over one saved draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
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
from jobs.forms.parts import as_if_sent, as_typed
from jobs.models import Job
from jobs.services import briefs, reviews, typed
from jobs.views import visitors
from jobs.views.board import page_of
from jobs.views.steps import (
    AUTOSAVE,
    NAMES,
    benchmarks_of,
    goes_to,
    publish_or_open,
    saved,
    shown_again,
    step,
)
from marketplace.kit.http import refusals_on


def choose_use_case(request: HttpRequest) -> HttpResponse:
    """Step 1 of a new job, with an account or without one yet."""
    begin = start if request.user.is_authenticated else visitors.choose_use_case
    return begin(request)


@client_only
def start(request: MemberRequest) -> HttpResponse:
    """Step 1 of a client: pick a template, which becomes a draft."""
    first = {"use_case": request.GET.get("use_case")}
    form = UseCaseForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        organisation = get_object_or_404(Organisation.objects.visible_to(request.user))
        job = briefs.start(organisation, **form.cleaned_data, by=request.user, at=now())
        return redirect("jobs:edit-scope", job.public_id)
    drafts = Job.objects.of_client(request.user).filter(status=Job.Status.DRAFT).order_by("-pk")
    return step(request, "jobs/choose_use_case.html", 1, {"form": form, "drafts": drafts[:3]})


@client_only
def change_use_case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 1 again: another template replaces what the first one filled in."""
    job = _own_job(request, public_id)
    first = {"use_case": job.use_case.slug}
    form = UseCaseForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        briefs.change_use_case(job, **form.cleaned_data, by=request.user)
        return redirect("jobs:edit-scope", job.public_id)
    keep = reverse("jobs:edit-scope", args=[public_id])
    return step(request, "jobs/choose_use_case.html", 1, {"form": form, "keep": keep})


@client_only
def edit_scope(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 2: the work, its checks and the skills it takes."""
    job = _own_job(request, public_id)
    form = _scope_form(request, job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            briefs.describe(job, **form.cleaned_data, by=request.user, at=now())
            return _next(request, job, "jobs:edit-budget", back="jobs:change-use-case")
    return _step(request, "jobs/edit_scope.html", 2, job, form)


@client_only
def edit_budget(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step 3: what it may cost, how long it may take and who sees it."""
    job = _own_job(request, public_id)
    form = _budget_form(request, job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            briefs.set_terms(job, **form.cleaned_data, by=request.user, at=now())
            return _next(request, job, "jobs:preview", back="jobs:edit-scope", form=form)
    found = benchmarks_of(form, job.use_case, job.skills.all())
    return _step(request, "jobs/edit_budget.html", 3, job, form, benchmarks=found)


@require_safe
@client_only
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a draft exactly as experts will see it, with the button that publishes it."""
    job = get_object_or_404(
        selectors.as_rows(Job.objects.of_client(request.user)), public_id=public_id
    )
    if job.status != Job.Status.DRAFT:
        return redirect("jobs:detail", job.public_id)
    return step(request, "jobs/preview.html", 3, page_of(job, request.user))


@require_POST
@client_only
def publish(request: MemberRequest, public_id: str) -> HttpResponse:
    """Publish a draft, or open the step on which something is missing."""
    return publish_or_open(request, _own_job(request, public_id))


def _own_job(request: MemberRequest, public_id: str) -> Job:
    rows = Job.objects.of_client(request.user).select_related("use_case", "organisation")
    return get_object_or_404(rows, public_id=public_id)


def _scope_form(request: MemberRequest, job: Job) -> ScopeForm:
    options: dict[str, Any] = {
        "brief": briefs.brief_of(job),
        "is_settled": briefs.checks_are_settled(job),
    }
    if request.method == "POST":
        is_lenient = goes_to(request) != "on" and job.status == Job.Status.DRAFT
        return (DraftScopeForm if is_lenient else WholeScopeForm)(request.POST, **options)
    if kept := job.typed.get("scope"):
        return WholeScopeForm(kept if "missing" in request.GET else shown_again(kept), **options)
    form = WholeScopeForm(**options)
    return WholeScopeForm(as_if_sent(form), **options) if "missing" in request.GET else form


def _budget_form(request: MemberRequest, job: Job) -> DraftBudgetForm:
    if request.method == "POST":
        return (BudgetForm if goes_to(request) == "on" else DraftBudgetForm)(request.POST)
    form = BudgetForm(initial=briefs.terms_of(job) | job.typed.get("budget", {}))
    return BudgetForm(as_if_sent(form)) if "missing" in request.GET else form


def _next(
    request: MemberRequest, job: Job, on: str, *, back: str, form: DraftBudgetForm | None = None
) -> HttpResponse:
    """Go on or back with a draft, put it aside, or show the change to a published job."""
    if job.status != Job.Status.DRAFT:
        messages.success(request, _("Your job was updated."))
        return redirect("jobs:detail", job.public_id)
    if goes_to(request) == AUTOSAVE:
        found = benchmarks_of(form, job.use_case, job.skills.all()) if form else None
        return saved(request, is_saved=True, benchmarks=found)
    if goes_to(request) == "later":
        messages.success(request, _("Your draft was saved."))
        return redirect("jobs:client-jobs")
    return redirect(back if goes_to(request) == "back" else on, job.public_id)


def _step(
    request: MemberRequest,
    template: str,
    number: int,
    job: Job,
    form: ScopeForm | DraftBudgetForm,
    **more: Any,
) -> HttpResponse:
    if goes_to(request) == AUTOSAVE:
        typed.keep(job, NAMES[number], as_typed(form), by=request.user)
        return saved(request, is_saved=False, benchmarks=more.get("benchmarks"))
    is_draft = job.status == Job.Status.DRAFT
    context = {
        "form": form,
        "job": job,
        "use_case": job.use_case,
        "is_draft": is_draft,
        "sent_back": reviews.answer_to(job) if is_draft else "",
        **more,
    }
    return step(request, template, number, context)
