"""Public pages of jobs: the board and one job as experts see it."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import membership
from experts.models import Expert
from jobs import clauses, policies, selectors
from jobs.forms.board import BoardForm
from jobs.job_board import Board
from jobs.models import Job
from jobs.selectors import clients, postings
from jobs.selectors.invitations import waiting_for
from jobs.services import invitations
from marketplace.kit import hours
from marketplace.kit.http import render_part

JOBS_PER_PAGE = 20


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the open jobs that fit what the reader searches for."""
    expert = expert_of(request.user)
    form = BoardForm(request.GET)
    found = form.found
    fits = expert if found.pop("fits", False) else None
    if together := found.pop("hours", None):
        found["zones"] = _zones(request, at_least=together)
    if days := found.pop("days", None):
        found["since"] = now() - timedelta(days=days)
    jobs = Board(request.user, found, fits)
    after = request.GET.get("after", "")
    page = jobs.page(JOBS_PER_PAGE, after)
    form.count(jobs.counts)
    context = {
        "form": form,
        "board": jobs,
        "next": page.after,
        "is_first": not after,
        "rows": selectors.board_rows(page.jobs, expert),
        "expert": expert,
        "signed_in": request.user.is_authenticated,
    }
    return render_part(request, "jobs/board.html", "jobs/_board.html", context)


def _zones(request: HttpRequest, *, at_least: int) -> list[str]:
    """Return the time zones that share so many working hours with the reader's, today."""
    zone = request.user.time_zone if request.user.is_authenticated else "UTC"
    shared = hours.sharing(zone or "UTC", on=now().date())
    return [name for name, together in shared.items() if together >= at_least]


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one job, with what the reader may do about it."""
    jobs = selectors.as_rows(Job.objects.visible_to(request.user))
    job = get_object_or_404(jobs, public_id=public_id)
    page = page_of(job, request.user)
    if page["invitation"] and isinstance(request.user, User):
        invitations.mark_viewed(job, by=request.user, at=now())
    return render(request, "jobs/detail.html", page)


def page_of(job: selectors.CountedJob, user: User | AnonymousUser) -> dict[str, object]:
    """Return what a job's page shows to this reader."""
    expert = expert_of(user)
    member = membership(user, job.organisation) if isinstance(user, User) else None
    levels = selectors.levels_of(expert)
    return {
        "job": job,
        "posting": postings.job_posting(job),
        "rider": clauses.rider(job),
        "trust": clients.trust(job.organisation),
        "activity": selectors.activity(job.answers),
        "expert": expert,
        "coverage": selectors.coverage(job, levels) if expert else None,
        "own": selectors.live_proposal(job, expert) if expert else None,
        "invitation": waiting_for(expert.user).filter(job=job).first() if expert else None,
        "match": selectors.match_of(job, expert) if expert else None,
        "is_member": member is not None,
        "told": job.matches.fitting().count() if member else 0,
        "can_edit": policies.may_post(member) and job.is_editable,
        "can_propose": policies.may_propose(member, job, valid_badges=len(levels)),
    }


def expert_of(user: User | AnonymousUser) -> Expert | None:
    """Return the reader's expert profile, if they have one."""
    return Expert.objects.filter(user=user.pk).first() if user.is_authenticated else None
