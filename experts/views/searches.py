"""The searches for experts that somebody keeps: save, list, open, change, delete."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import MemberRequest
from accounts.models import Cadence
from experts.directory import Directory
from experts.filters import Filters
from experts.forms.search import SearchForm
from experts.forms.searches import CadenceForm, SaveExpertSearchForm
from experts.meaning import Taxonomy
from experts.models import ExpertSearch
from experts.services import searches
from experts.views.questions import spoken
from experts.views.saved import zone_of
from marketplace.kit.http import refusals_on

# Of those a search has told of, the last so many are shown.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search in a list, and what it asks for in words."""

    search: ExpertSearch
    filters: list[str]


@require_http_methods(["GET", "POST"])
@login_required
def expert_searches(request: MemberRequest) -> HttpResponse:
    """List what the reader keeps; keep the search they come with under a name."""
    is_sent = request.method == "POST"
    query = request.POST.get("query", "") if is_sent else _come_with(request.GET)
    filters = SearchForm(QueryDict(query)).filters(zone=zone_of(request))
    form = SaveExpertSearchForm(
        request.POST if is_sent else None,
        initial={"query": query, "cadence": Cadence.DAILY},
        filters=filters,
    )
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            search = searches.save(
                said["name"], said["query"], filters, said["cadence"], by=request.user, at=now()
            )
            messages.success(request, _saved(search))
            return redirect("experts:searches")
    taxonomy = Taxonomy()
    rows = [
        SearchRow(search, spoken(Filters.again(search.filters), taxonomy))
        for search in request.user.expert_searches.all()
    ]
    context = {"form": form, "rows": rows, "asked": spoken(filters, taxonomy)}
    status = 422 if form.errors else 200
    return render(request, "experts/searches.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def expert_search(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a search of the reader's own and whom it has told of; change how soon it tells."""
    search = get_object_or_404(request.user.expert_searches, public_id=public_id)
    is_sent = request.method == "POST"
    form = CadenceForm(request.POST if is_sent else None, initial={"cadence": search.cadence})
    if form.is_valid():
        searches.tell(search, form.cleaned_data["cadence"], at=now())
        messages.success(request, _("Saved."))
        return redirect("experts:searches")
    filters = Filters.again(search.filters)
    newest = search.found.order_by("-found_at", "-pk").values_list("expert", flat=True)
    found = list(newest[:MOST_SHOWN])
    directory = Directory(Filters(skills=filters.skills, zone=zone_of(request)), on=now().date())
    fitting = set(directory.fitting(found))
    context = {
        "search": search,
        "form": form,
        "filters": spoken(filters, directory.taxonomy),
        "rows": directory.rows([key for key in found if key in fitting]),
    }
    status = 422 if form.errors else 200
    return render(request, "experts/expert_search.html", context, status=status)


@require_POST
@login_required
def delete_search(request: MemberRequest, public_id: str) -> HttpResponse:
    """Forget one of the reader's own."""
    searches.delete(get_object_or_404(request.user.expert_searches, public_id=public_id))
    messages.success(request, _("Deleted."))
    return redirect("experts:searches")


def _come_with(query: QueryDict) -> str:
    """Return the search of an address, on its first page."""
    kept = query.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _saved(search: ExpertSearch) -> str:
    total = Directory(Filters.again(search.filters), on=search.created_at.date()).total
    words = ngettext(
        "Saved. %(count)s expert fits it now; you hear of those who begin to.",
        "Saved. %(count)s experts fit it now; you hear of those who begin to.",
        total,
    )
    return words % {"count": total}
