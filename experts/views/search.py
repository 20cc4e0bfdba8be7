"""The directory of vetted experts."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts.directory import Directory
from experts.forms.search import SearchForm
from experts.views.questions import Question
from marketplace.kit.http import render_part

PER_PAGE = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find experts by what they can prove."""
    form = SearchForm(request.GET)
    directory = Directory(form.filters(), on=now().date())
    page = Paginator(directory.experts(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "rows": directory.rows(list(page)),
        "directory": directory,
        "question": Question(request.GET, directory),
        "page": page,
    }
    return render_part(request, "experts/search.html", "experts/_directory.html", context)
