"""Writing a proposal and following what becomes of it."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest, not_too_often, to_second_factor
from accounts.services import second_factors
from experts.http import ExpertRequest, expert_only
from jobs import policies, selectors, talk
from jobs.forms.parts import Data, as_typed
from jobs.forms.proposals import DraftProposalForm, ProposalForm
from jobs.http import PROPOSALS
from jobs.models import Job, Proposal
from jobs.selectors import clients, slots
from jobs.services import proposals, received
from jobs.views.received import client_page
from jobs.views.steps import AUTOSAVE
from marketplace.kit.http import refusals_on, render_part

PROPOSALS_PER_PAGE = 20


@expert_only
def propose(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Write a proposal: keep it as a draft, by itself too, work out what it pays, or send it."""
    job = _whole_job(request, public_id)
    expert = request.expert
    draft = selectors.whole(Proposal.objects.live()).filter(job=job, expert=expert).first()
    if draft and draft.status != Proposal.Status.DRAFT:
        return redirect("jobs:proposal", draft.public_id)
    if request.method != "POST":  # what was typed comes back with the refusal on the form
        proposals.refuse_to_propose(job, expert)
        if second_factors.is_missing(request.user):  # before anything is typed
            return to_second_factor(request.path)
    levels = selectors.levels_of(expert)
    form = _proposal_form(request, job, draft, levels)
    if request.POST.get("then") == AUTOSAVE:
        return _keep_as_typed(request, job, form, levels)
    if form.is_valid():
        with refusals_on(form):
            return _keep_or_send(request, job, form)
    return _proposal_page(request, job, form, levels)


@require_safe
@expert_only
def own_proposals(request: ExpertRequest) -> HttpResponse:
    """List what this expert wrote, with what became of it."""
    rows = selectors.own_proposals(request.user)
    page = Paginator(rows, PROPOSALS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "slots": slots.slots_of(request.expert, now())}
    return render(request, "jobs/own_proposals.html", context)


@require_POST
@expert_only
def withdraw(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Take a proposal back."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), public_id=public_id)
    proposals.withdraw(proposal, by=request.user, at=now())
    messages.success(request, _("Withdrawn. You can write another while the job is open."))
    return redirect("jobs:proposals")


@require_safe
@login_required
def proposal(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a proposal: to its author with its way so far, to the client with the choices."""
    row = get_object_or_404(
        selectors.whole(Proposal.objects.visible_to(request.user)), public_id=public_id
    )
    if policies.wrote(request.user, row):
        return render(request, "jobs/own_proposal.html", _author_page(row))
    received.mark_viewed(row, by=request.user, at=now())
    return render(request, "jobs/proposal.html", client_page(request, row))


def _whole_job(request: ExpertRequest, public_id: str) -> Job:
    jobs = selectors.as_rows(Job.objects.visible_to(request.user)).prefetch_related("checks")
    return get_object_or_404(jobs, public_id=public_id)


# What an expert has proven: skill -> level.
Levels = Mapping[int, int]


def _proposal_form(
    request: ExpertRequest, job: Job, draft: Proposal | None, levels: Levels
) -> DraftProposalForm:
    is_lenient = request.POST.get("then") in {"later", AUTOSAVE}
    form_class = DraftProposalForm if is_lenient else ProposalForm
    data: Data | None = request.POST if request.method == "POST" else None
    if data is None and draft and draft.typed:
        data = {**draft.typed, "part-update": "1"}  # shown without a check, as when a row was added
    return form_class(
        data,
        job=job,
        expert=request.expert,
        levels=levels,
        draft=draft,
        today=now().date(),
    )


def _keep_or_send(request: ExpertRequest, job: Job, form: DraftProposalForm) -> HttpResponse:
    if request.POST.get("then") == "later":
        proposals.save(job, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Your draft was saved."))
        return redirect("jobs:propose", job.public_id)
    not_too_often(request, PROPOSALS, at=now())
    sent = proposals.send(job, **form.cleaned_data, by=request.user, at=now())
    messages.success(request, _("Your proposal was sent."))
    return redirect("jobs:proposal", sent.public_id)


def _keep_as_typed(
    request: ExpertRequest, job: Job, form: DraftProposalForm, levels: Levels
) -> HttpResponse:
    """Keep what the script sends while one types; a milestone counts once it is whole.

    It says that it was saved only where nothing was left out: the rest is kept as it was typed.
    """
    is_whole = form.is_valid()
    if form.are_own_fields_right:
        typed = {} if is_whole else as_typed(form)
        proposals.save(job, **form.cleaned_data, typed=typed, by=request.user, at=now())
    context = _worked_out(request, job, form, levels) | {
        "at": now() if form.are_own_fields_right else None,
        "is_saved": is_whole,
    }
    return render(request, "jobs/_kept.html", context)


def _worked_out(
    request: ExpertRequest, job: Job, form: DraftProposalForm, levels: Levels
) -> dict[str, object]:
    """Return what the server says to what is typed: what it pays, and what the guard finds."""
    fee = form.total.share(settings.EXPERT_FEE_BPS)
    points = proposals.look_over(job, request.expert, form.words, levels=levels, at=now())
    return {
        "total": form.total,
        "fee": fee,
        "fee_bps": settings.EXPERT_FEE_BPS,
        "receives": form.total - fee,
        "points": points,
    }


def _proposal_page(
    request: ExpertRequest, job: Job, form: DraftProposalForm, levels: Levels
) -> HttpResponse:
    context = _worked_out(request, job, form, levels) | {
        "job": job,
        "form": form,
        "coverage": selectors.coverage(job, levels),
        "slots": slots.slots_of(request.expert, now()),
    }
    status = 422 if form.errors else 200
    return render_part(
        request, "jobs/propose.html", "jobs/_worked_out.html", context, status=status
    )


def _author_page(row: Proposal) -> dict[str, object]:
    fee = row.total.share(settings.EXPERT_FEE_BPS)
    return {
        "proposal": row,
        "journey": selectors.journey(row),
        "alive": clients.activity(row.job) if row.job.pauses_at else None,
        "fee": fee,
        "fee_bps": settings.EXPERT_FEE_BPS,
        "receives": row.total - fee,
        "can_withdraw": row.may("withdraw"),
        "can_write": policies.may_begin(row.expert.user, None, row) or talk.has_begun(row),
    }
