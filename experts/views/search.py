"""The directory of vetted experts."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts.directory import Directory
from experts.forms.search import SearchForm
from experts.views.questions import Question
from experts.views.saved import zone_of
from marketplace.kit.http import render_part

PER_PAGE = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find experts by what they can prove."""
    zone = zone_of(request)
    form = SearchForm(request.GET)
    directory = Directory(
        form.filters(zone=zone), on=now().date(), after=request.GET.get("after", "")
    )
    page = directory.page(PER_PAGE)
    kept = request.user.saved_experts if request.user.is_authenticated else None
    context = {
        "form": form,
        "rows": directory.rows(page.experts),
        "directory": directory,
        "question": Question(request.GET, directory),
        "next": page.after,
        "is_first": not directory.after,
        # Who is signed in saves experts, and comes back to this list.
        "saved": list(kept.values_list("expert", flat=True)) if kept else [],
        "back": request.get_full_path() if kept else "",
        "is_few": directory.total < PER_PAGE,
    }
    return render_part(request, "experts/search.html", "experts/_directory.html", context)
