"""Posting a job before one has an account: the same three steps, then the code from the mail.

Nothing says who the visitor is until the last step; the session alone leads to what they wrote.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest, sign_up
from accounts.models import User
from jobs.forms.jobs import (
    DraftBudgetForm,
    DraftScopeForm,
    LeavingForm,
    ScopeForm,
    UseCaseForm,
    VisitorBudgetForm,
    WholeScopeForm,
)
from jobs.forms.parts import as_if_sent, as_typed
from jobs.models import Job, VisitorDraft
from jobs.selectors.benchmarks import Benchmark
from jobs.services import typed, visitor_drafts
from jobs.services.briefs import suggested
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

# Under this name the session keeps which draft is its visitor's.
DRAFT = "visitor_draft"

View = Callable[[HttpRequest, VisitorDraft], HttpResponse]


def draft_of(request: HttpRequest) -> VisitorDraft | None:
    """Return what was written in this session before signing in."""
    rows = VisitorDraft.objects.select_related("use_case")
    return rows.filter(public_id=request.session.get(DRAFT, "")).first()


def with_draft(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Give a view what its visitor has begun; send others to where one begins."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        draft = draft_of(request)
        if draft is None:
            return redirect("jobs:choose-use-case")
        if request.user.is_authenticated:
            return redirect("jobs:visitor-finish")
        return view(request, draft)

    return guarded


def choose_use_case(request: HttpRequest) -> HttpResponse:
    """Step 1: pick a template."""
    draft = draft_of(request)
    first = {"use_case": draft.use_case.slug if draft else request.GET.get("use_case")}
    form = UseCaseForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        if draft:
            visitor_drafts.change_use_case(draft, **form.cleaned_data, at=now())
        else:
            draft = visitor_drafts.begin(**form.cleaned_data, at=now())
            request.session[DRAFT] = draft.public_id
            request.session.set_expiry(visitor_drafts.KEPT_FOR)
        return redirect("jobs:visitor-scope")
    keep = reverse("jobs:visitor-scope") if draft else ""
    return step(request, "jobs/choose_use_case.html", 1, {"form": form, "keep": keep})


@with_draft
def edit_scope(request: HttpRequest, draft: VisitorDraft) -> HttpResponse:
    """Step 2: the work, its checks and the skills it takes."""
    form = _scope_form(request, draft)
    if request.method == "POST" and form.is_valid():
        visitor_drafts.write(draft, scope=as_if_sent(form), at=now())
        if goes_to(request) == AUTOSAVE:
            return saved(request, is_saved=True)
        is_back = goes_to(request) == "back"
        return redirect("jobs:choose-use-case" if is_back else "jobs:visitor-budget")
    return _step(request, "jobs/edit_scope.html", 2, draft, form)


@with_draft
def edit_budget(request: HttpRequest, draft: VisitorDraft) -> HttpResponse:
    """Step 3: the terms, and who the visitor is; the code from the mail does the rest."""
    form = _budget_form(request, draft)
    if request.method == "POST" and form.is_valid():
        _keep_terms(request, draft, form)
        if goes_to(request) == AUTOSAVE:
            return saved(request, is_saved=True, benchmarks=_benchmarks(draft, form))
        finish_at = reverse("jobs:visitor-finish")
        if goes_to(request) == "back":
            return redirect("jobs:visitor-scope")
        if goes_to(request) == "sign-in":
            return redirect_to_login(finish_at)
        with refusals_on(form):
            return sign_up(request, email=form.cleaned_data["email"], then=finish_at)
    found = _benchmarks(draft, form)
    return _step(request, "jobs/edit_budget.html", 3, draft, form, benchmarks=found)


@require_safe
@login_required
def finish(request: MemberRequest) -> HttpResponse:
    """Make what the visitor wrote a job of theirs and publish it, as they asked before the code.

    The code leads here by a redirect, so there is no other button to press. Opened once more it
    does nothing: what was written is a job by then.
    """
    draft = draft_of(request)
    job = draft and visitor_drafts.take(
        draft, scope=_scope_of(draft), terms=_terms_of(draft), by=request.user, at=now()
    )
    if not (draft and job):
        return redirect("jobs:client-jobs")
    _keep_what_was_not_taken(draft, job, by=request.user)
    del request.session[DRAFT]
    # On its own, because what was written is kept although it may not be published yet.
    if draft.wants_preview:
        return redirect("jobs:preview", job.public_id)
    return publish_or_open(request, job)


def _scope_form(request: HttpRequest, draft: VisitorDraft) -> ScopeForm:
    brief = suggested(draft.use_case)
    if request.method == "POST":
        form_class = WholeScopeForm if goes_to(request) == "on" else DraftScopeForm
        return form_class(request.POST, brief=brief)
    return WholeScopeForm(shown_again(draft.scope) if draft.scope else None, brief=brief)


def _budget_form(request: HttpRequest, draft: VisitorDraft) -> DraftBudgetForm:
    if request.method == "POST":
        return (VisitorBudgetForm if goes_to(request) == "on" else LeavingForm)(request.POST)
    name = {"organisation_name": draft.organisation_name}
    return VisitorBudgetForm(initial=_first_terms(draft) | draft.budget | name)


def _benchmarks(draft: VisitorDraft, form: DraftBudgetForm) -> list[Benchmark]:
    return benchmarks_of(form, draft.use_case, draft.use_case.skills.all())


def _keep_terms(request: HttpRequest, draft: VisitorDraft, form: DraftBudgetForm) -> None:
    """Keep the page but for the e-mail address, which goes to signing up and nowhere else."""
    visitor_drafts.write(
        draft,
        budget=as_if_sent(DraftBudgetForm(request.POST)),
        organisation_name=form.cleaned_data["organisation_name"],
        wants_preview=request.POST.get("then") == "preview",
        at=now(),
    )


def _keep_as_typed(
    request: HttpRequest, draft: VisitorDraft, name: str, form: ScopeForm | Any
) -> None:
    """Keep what cannot be taken yet; the e-mail address is none of it."""
    form = form if name == "scope" else DraftBudgetForm(request.POST)
    visitor_drafts.write(draft, **{name: as_typed(form)}, at=now())


def _scope_of(draft: VisitorDraft) -> dict[str, Any]:
    """Return the keywords of `briefs.describe`; what cannot be taken any more is as suggested."""
    brief = suggested(draft.use_case)
    form = DraftScopeForm(draft.scope, brief=brief)
    form.full_clean()
    said = form.cleaned_data if draft.scope else {}
    return {name: getattr(brief, name) for name in brief.__slots__} | said


def _terms_of(draft: VisitorDraft) -> dict[str, Any]:
    """Return the keywords of `briefs.set_terms`."""
    form = DraftBudgetForm(draft.budget)
    form.full_clean()
    return _first_terms(draft) | form.cleaned_data


def _keep_what_was_not_taken(draft: VisitorDraft, job: Job, *, by: User) -> None:
    """Hand on what the two forms refuse: nothing is lost, and nothing published without it."""
    forms = {
        "scope": DraftScopeForm(draft.scope, brief=suggested(draft.use_case)),
        "budget": DraftBudgetForm(_first_terms(draft) | draft.budget),
    }
    for name, form in forms.items():
        written = getattr(draft, name)
        if written and not form.is_valid():
            typed.keep(job, name, written, by=by)


def _first_terms(draft: VisitorDraft) -> dict[str, Any]:
    return {
        "budget_min": None,
        "budget_max": None,
        "max_rate": None,
        "weeks": draft.use_case.weeks_max,
        "shared_hours": Job._meta.get_field("shared_hours").default,
        "time_zone": "UTC",
        "languages": [get_language().partition("-")[0]],
        "visibility": Job.Visibility.PUBLIC,
    }


def _step(
    request: HttpRequest,
    template: str,
    number: int,
    draft: VisitorDraft,
    form: ScopeForm | Any,
    **more: Any,
) -> HttpResponse:
    if goes_to(request) == AUTOSAVE:
        _keep_as_typed(request, draft, NAMES[number], form)
        return saved(request, is_saved=False, benchmarks=more.get("benchmarks"))
    context = {"form": form, "use_case": draft.use_case, "is_draft": True, "is_visitor": True}
    return step(request, template, number, context | more)
