"""The vetting desk: the reviewers' queue, and one case at a time."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from accounts.models import User
from experts import casework, policies, proofs
from experts.forms.judgement import JudgementForm
from experts.http import reviewer_only
from experts.models import Application
from experts.services import vetting
from marketplace.kit.http import refusals_on

VIEWS = ("all", "unassigned", "mine")


@require_safe
@reviewer_only
def queue(request: MemberRequest) -> HttpResponse:
    """Show what waits for a decision, by deadline."""
    asked = request.GET.get("view", "all")
    view = asked if asked in VIEWS else "all"
    context = {
        "cases": casework.queue(request.user, view),
        "counts": casework.queue_counts(request.user),
        "view": view,
        "at": now(),
    }
    return render(request, "admin/experts/queue.html", context)


@require_POST
@reviewer_only
def take_next(request: MemberRequest) -> HttpResponse:
    """Take the case that is due first."""
    case = vetting.take_next(by=request.user, at=now())
    return redirect("admin:vetting:case", case.public_id)


@reviewer_only
def case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a claim beside its evidence and the scores beside both; carry out the decision."""
    row = _case(request, public_id)
    form = _form(row, request.user, request.POST)
    if form.is_valid():
        with refusals_on(form):
            vetting.decide(
                row,
                decision=form.chosen(),
                judgement=form.judgement(),
                by=request.user,
                at=now(),
            )
            messages.success(request, _("Decided. The applicant has been told."))
            return redirect("admin:vetting:queue")
    return _bench(request, _case(request, public_id), form)


@require_POST
@reviewer_only
def claim(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take this case."""
    row = vetting.claim(_case(request, public_id), by=request.user, at=now())
    return redirect("admin:vetting:case", row.public_id)


@require_POST
@reviewer_only
def hand_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put this case back into the queue."""
    vetting.hand_back(_case(request, public_id), by=request.user, at=now())
    messages.success(request, _("The case is back in the queue."))
    return redirect("admin:vetting:queue")


@require_safe
@reviewer_only
def tally(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say what the scores ticked so far add up to, while they are being ticked."""
    row = _case(request, public_id)
    form = _form(row, request.user, request.GET)
    context = {"tally": casework.tally(row, form.points())}
    return render(request, "admin/experts/_tally.html", context)


def _case(request: MemberRequest, public_id: str) -> Application:
    """Find a submitted application; one's own is somebody else's to judge.

    :raises PermissionDenied: through the service, when a reviewer acts on their own.
    """
    rows = Application.objects.visible_to(request.user).select_related(
        "skill", "rubric", "expert__user", "reviewer"
    )
    return get_object_or_404(rows.exclude(status=Application.Status.DRAFT), public_id=public_id)


def _form(row: Application, reviewer: User, typed: QueryDict) -> JudgementForm:
    return JudgementForm(
        typed or None,
        criteria=row.rubric.criteria.all(),
        decisions=casework.decisions(row),
        initial=JudgementForm.initial_of(casework.latest_review(row, reviewer)),
    )


def _bench(request: MemberRequest, row: Application, form: JudgementForm) -> HttpResponse:
    context = {
        "application": row,
        "pieces": proofs.pieces_of(row),
        "checks": proofs.checks_of(row),
        "slots": row.slots.all(),
        "timeline": casework.timeline(row),
        "reviews": row.reviews.select_related("reviewer"),
        "form": form,
        "decisions": casework.decisions(row),
        "tally": casework.tally(row, form.points()),
        "may_claim": policies.may_claim(request.user, row),
        "may_decide": policies.may_decide(request.user, row) and row.may("grant"),
        "may_hand_back": policies.may_hand_back(request.user, row) and row.may("hand_back"),
        "is_own": policies.owns(request.user, row),
        "at": now(),
    }
    return render(request, "admin/experts/case.html", context, status=422 if form.errors else 200)
