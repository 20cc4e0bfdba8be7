"""Asking experts to propose: from a job, from a profile; and saying no to it."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import MemberRequest, client_only
from accounts.selectors import membership
from experts.http import ExpertRequest, expert_only
from experts.models import Expert
from jobs import policies
from jobs.forms.invitations import DeclineInvitationForm, InviteForm, InviteToForm
from jobs.models import Invitation, Job
from jobs.selectors import invitations as reads
from jobs.services import invitations
from marketplace.kit.http import refusals_on
from marketplace.kit.words import listed

CANDIDATES_PER_PAGE = 20


@require_http_methods(["GET", "POST"])
@client_only
def invite(request: MemberRequest, public_id: str) -> HttpResponse:
    """List the experts a job fits, best first, and whom it has asked; invite some of them."""
    rows = Job.objects.of_client(request.user).exclude(status=Job.Status.DRAFT)
    job = get_object_or_404(rows.select_related("organisation"), public_id=public_id)
    _refuse_who_may_not(request, job)
    experts = Expert.objects.visible_to(request.user).select_related("user").order_by("pk")
    form = InviteForm(request.POST if request.method == "POST" else None, experts=experts)
    if form.is_valid():
        with refusals_on(form):
            experts, note = form.cleaned_data["expert"], form.cleaned_data["note"]
            invitations.invite_all(job, experts, note=note, by=request.user, at=now())
            messages.success(request, _invited([expert.name for expert in experts]))
            return redirect("jobs:invite", job.public_id)
    # Whom a refused form names stays ticked beside what it says to them.
    ticked = form.cleaned_data.get("expert", ()) if form.is_bound else ()
    page = Paginator(reads.candidates(job), CANDIDATES_PER_PAGE).get_page(request.GET.get("page"))
    invited = reads.sent(job)
    context = {"job": job, "form": form, "ticked": ticked, "page": page, "invited": invited}
    status = 422 if form.errors else 200
    return render(request, "jobs/invite.html", context, status=status)


@require_http_methods(["GET", "POST"])
@client_only
def invite_expert(request: MemberRequest, slug: str) -> HttpResponse:
    """Choose to which of one's open jobs an expert is invited."""
    expert = get_object_or_404(
        Expert.objects.visible_to(request.user).select_related("user"), slug=slug
    )
    jobs = reads.to_which(request.user, expert)
    form = InviteToForm(request.POST if request.method == "POST" else None, jobs=jobs)
    if form.is_valid():
        job, note = form.cleaned_data["job"], form.cleaned_data["note"]
        with refusals_on(form):
            invitations.invite(job, expert, note=note, by=request.user, at=now())
            messages.success(request, _invited([expert.name]))
            return redirect("jobs:invite", job.public_id)
    context = {"expert": expert, "form": form, "has_jobs": jobs.exists()}
    status = 422 if form.errors else 200
    return render(request, "jobs/invite_expert.html", context, status=status)


@require_http_methods(["GET", "POST"])
@expert_only
def decline(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Say no to an invitation, with a reason."""
    rows = Invitation.objects.visible_to(request.user).select_related("job__organisation", "expert")
    row = get_object_or_404(rows, public_id=public_id)
    form = DeclineInvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            invitations.decline(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Declined. The client has your reason."))
            return redirect("jobs:matches")
    context = {"form": form, "invitation": row}
    status = 422 if form.errors else 200
    return render(request, "jobs/decline_invitation.html", context, status=status)


def _invited(names: Sequence[str]) -> str:
    words = ngettext(
        "%(names)s is invited and has a week.", "%(names)s are invited and have a week.", len(names)
    )
    return words % {"names": listed(names)}


def _refuse_who_may_not(request: MemberRequest, job: Job) -> None:
    if not policies.may_post(membership(request.user, job.organisation)):
        raise PermissionDenied
