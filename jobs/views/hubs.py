"""Landing pages for what one can hire for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts.directory import Directory
from jobs import selectors
from jobs.selectors import hubs

EXPERTS_SHOWN, JOBS_SHOWN = 4, 3


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List everything one can hire for."""
    return render(request, "jobs/hubs.html", {"groups": hubs.index(on=now().date())})


@require_safe
def hub(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Show who can do one thing, what they ask for it, and who looks for it now."""
    topic = hubs.topic(kind, slug)
    if topic is None:
        raise Http404
    directory = Directory(topic.filters, on=now().date())
    rows = directory.rows(directory.page(EXPERTS_SHOWN).experts)
    total = directory.total
    jobs = selectors.as_rows(topic.jobs)[:JOBS_SHOWN]
    filters = topic.filters
    asked = {"skill": filters.skills, "family": filters.families, "work": filters.works}
    context = {
        "topic": topic,
        "total": total,
        "is_exact": directory.is_exact,
        "at_three": directory.levels[0][1],
        "rates": hubs.usual_rates(directory),
        "rows": rows,
        "jobs": selectors.board_rows(jobs),
        "open_jobs": topic.jobs.count(),
        "query": urlencode(asked, doseq=True),
        "data": hubs.as_data(topic, rows, total=total),
    }
    return render(request, "jobs/hub.html", context)
