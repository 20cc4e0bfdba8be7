"""The experts somebody keeps in view, and experts side by side."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from experts import comparison
from experts.directory import Directory
from experts.filters import Filters
from experts.models import Expert
from experts.services import saving
from marketplace.kit.http import is_path_here

SAVED_PER_PAGE = 20
FEWEST_COMPARED, MOST_COMPARED = 2, 4


@require_safe
@login_required
def saved(request: MemberRequest) -> HttpResponse:
    """List the experts the reader keeps, the last saved first."""
    kept = request.user.saved_experts.values_list("expert", flat=True)
    page = Paginator(kept, SAVED_PER_PAGE).get_page(request.GET.get("page"))
    here = list(page.object_list)
    rows = _directory(request).rows(here)
    context = {"page": page, "rows": rows, "saved": here, "back": request.get_full_path()}
    return render(request, "experts/saved.html", context)


@require_POST
@login_required
def save(request: MemberRequest, slug: str) -> HttpResponse:
    """Keep an expert in view."""
    expert = get_object_or_404(Expert.objects.visible_to(request.user), slug=slug)
    saving.save(expert, by=request.user, at=now())
    return _back(request)


@require_POST
@login_required
def forget(request: MemberRequest, slug: str) -> HttpResponse:
    """Let go of an expert, also of one who can no longer be seen."""
    saving.forget(
        get_object_or_404(Expert, saved_by__user=request.user, slug=slug), by=request.user
    )
    return _back(request)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Lay two to four experts side by side."""
    ticked = list(dict.fromkeys(request.GET.getlist("e")))
    first = ticked[:MOST_COMPARED]
    visible = Expert.objects.visible_to(request.user).filter(public_id__in=first)
    keys = dict(visible.values_list("public_id", "pk"))
    rows = _directory(request).rows([keys[each] for each in first if each in keys])
    back = request.GET.get("next", "")
    back = back if is_path_here(request, back) else reverse("experts:search")
    if len(rows) < FEWEST_COMPARED:
        messages.warning(request, _("Tick two to four experts to compare them."))
        return redirect(back)
    context = {
        "rows": rows,
        "lines": comparison.lines(rows, zone=zone_of(request), on=now().date()),
        "back": back,
        "left_out": len(ticked) - len(first),
    }
    return render(request, "experts/compare.html", context)


def zone_of(request: HttpRequest) -> str:
    """Return the reader's IANA time zone."""
    return request.user.time_zone if request.user.is_authenticated else "UTC"


def _directory(request: HttpRequest) -> Directory:
    return Directory(Filters(zone=zone_of(request)), on=now().date())


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the list the reader came from."""
    back = request.POST.get("next", "")
    return redirect(back if is_path_here(request, back) else "experts:saved")
