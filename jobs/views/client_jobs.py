"""A client's jobs after they were posted: the list, and pausing, resuming and closing them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest, client_only
from jobs import selectors
from jobs.forms.jobs import CloseForm
from jobs.models import Job
from jobs.services import jobs
from marketplace.kit.http import refusals_on

JOBS_PER_PAGE = 20


@require_safe
@client_only
def client_jobs(request: MemberRequest) -> HttpResponse:
    """List the organisation's jobs with what has come in."""
    rows = selectors.client_jobs(request.user)
    page = Paginator(rows, JOBS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/client_jobs.html", {"page": page})


@require_POST
@client_only
def pause(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take no more proposals for a while."""
    job = get_object_or_404(Job.objects.of_client(request.user), public_id=public_id)
    jobs.pause(job, by=request.user, at=now())
    messages.success(request, _("Paused. Nobody can propose until you resume."))
    return redirect("jobs:detail", job.public_id)


@require_POST
@client_only
def resume(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take proposals again."""
    job = get_object_or_404(Job.objects.of_client(request.user), public_id=public_id)
    jobs.resume(job, by=request.user, at=now())
    messages.success(request, _("Open again. Experts can propose."))
    return redirect("jobs:detail", job.public_id)


@client_only
def close(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say how the search ended, which is everyone's final answer."""
    job = get_object_or_404(Job.objects.of_client(request.user), public_id=public_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            jobs.close(job, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Closed. Everyone who proposed has their answer."))
            return redirect("jobs:detail", job.public_id)
    context = {"form": form, "job": job, "waiting": selectors.waiting(job)}
    status = 422 if form.errors else 200
    return render(request, "jobs/close.html", context, status=status)
