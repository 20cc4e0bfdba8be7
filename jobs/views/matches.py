"""The jobs that were found for an expert, and why."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.http import ExpertRequest, expert_only
from jobs import selectors
from jobs.selectors.invitations import waiting_for

MATCHES_PER_PAGE = 20


@require_safe
@expert_only
def matches(request: ExpertRequest) -> HttpResponse:
    """List the open jobs that fit, the newest or the best first, with score and reasons."""
    is_best = request.GET.get("sort") == "best"
    order = selectors.BEST_MATCH if is_best else selectors.NEWEST_MATCH
    rows = selectors.matches_for(request.expert).order_by(*order)
    page = Paginator(rows, MATCHES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_best": is_best, "invitations": waiting_for(request.user)}
    return render(request, "jobs/matches.html", context)
