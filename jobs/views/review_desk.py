"""The desk for held jobs in the admin site: what waits for a look, the longest waiting first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import MemberRequest, moderator_only
from jobs.flagged import show_job
from jobs.forms.reviews import ReviewForm
from jobs.models import Job
from jobs.services import reviews
from marketplace.kit.http import refusals_on

JOBS_PER_PAGE = 20


@require_safe
@moderator_only
def index(request: MemberRequest) -> HttpResponse:
    """List the held jobs."""
    rows = Job.objects.filter(status=Job.Status.IN_REVIEW).select_related("organisation")
    page = Paginator(rows.order_by("pk"), JOBS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "admin/jobs/reviews.html", {"page": page})


@require_http_methods(["GET", "POST"])
@moderator_only
def review(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one held job with why it was held, and let it through or send it back."""
    rows = Job.objects.exclude(status=Job.Status.DRAFT).select_related("organisation")
    job = get_object_or_404(rows, public_id=public_id)
    reviews.refuse_others(job, request.user)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        with refusals_on(form):
            if form.lets_through:
                reviews.let_through(job, by=request.user, at=now())
            else:
                reviews.send_back(job, answer=answer, by=request.user, at=now())
            messages.success(request, _("Decided. The client was told."))
            return redirect("admin:jobs-in-review:index")
    context = {
        "job": job,
        "form": form,
        "reasons": reviews.reasons(job),
        "lines": show_job(public_id),
    }
    return render(request, "admin/jobs/review.html", context, status=422 if form.errors else 200)
