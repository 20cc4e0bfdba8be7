"""The searches of the job board that somebody keeps: save, list, delete."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import MemberRequest
from jobs.forms.board import BoardForm, Offers, SaveSearchForm
from jobs.services import searches
from marketplace.kit.http import refusals_on


@require_http_methods(["GET", "POST"])
@login_required
def saved(request: MemberRequest) -> HttpResponse:
    """List what the reader keeps; keep the search they come with under a name."""
    is_sent = request.method == "POST"
    come_with = QueryDict(request.POST.get("query", "")) if is_sent else request.GET
    offers = Offers.now()
    board = BoardForm(come_with, offers=offers)
    typed = {"name": request.POST.get("name", ""), "query": board.query}
    form = SaveSearchForm(typed if is_sent else None, initial={"query": board.query})
    if form.is_valid():
        with refusals_on(form):
            searches.save(**form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("jobs:searches")
    rows = [
        (search, BoardForm(QueryDict(search.query), offers=offers).chosen)
        for search in request.user.saved_searches.all()
    ]
    context = {"form": form, "board": board, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "jobs/searches.html", context, status=status)


@require_POST
@login_required
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """Forget one of the reader's own."""
    searches.delete(get_object_or_404(request.user.saved_searches, public_id=public_id))
    messages.success(request, _("Deleted."))
    return redirect("jobs:searches")
