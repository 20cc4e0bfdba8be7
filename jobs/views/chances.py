"""An expert's own figures: what came of the jobs that fitted, and their place beside others."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts.http import ExpertRequest, expert_only
from jobs.selectors import chances as reads


@require_safe
@expert_only
def chances(request: ExpertRequest) -> HttpResponse:
    """Show the last ninety days; nobody else sees them."""
    context = {
        "chances": reads.chances(request.expert, at=now()),
        "days": reads.WINDOW.days,
        "enough": reads.ENOUGH,
    }
    return render(request, "jobs/chances.html", context)
