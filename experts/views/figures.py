"""How reviewers judge, in figures; and what they did, as a file."""

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from experts import performance, policies
from experts.http import reviewer_only
from experts.models import TrailEntry

HEAD = ("at", "by", "act", "application", "about")
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@reviewer_only
def reviewers(request: MemberRequest) -> HttpResponse:
    """Show each reviewer's figures to leads, and one's own to everyone else."""
    sees_everyone = policies.may_see_everyone(request.user)
    rows = performance.figures(None if sees_everyone else request.user, at=now())
    context = {"rows": rows, "sees_everyone": sees_everyone}
    return render(request, "admin/experts/reviewers.html", context)


@require_safe
@reviewer_only
def trail(request: MemberRequest) -> HttpResponse:
    """Send the trail that this reader may see, oldest first; `case` narrows it to one."""
    entries = TrailEntry.objects.visible_to(request.user).select_related("by", "application")
    if case := request.GET.get("case", "").replace("\x00", ""):
        entries = entries.filter(application__public_id=case)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trail.csv"'
    lines = csv.writer(response)
    lines.writerow(HEAD)
    for entry in entries.iterator():
        lines.writerow(map(_harmless, _cells(entry)))
    return response


def _cells(entry: TrailEntry) -> tuple[str, ...]:
    case = entry.application.public_id
    return entry.at.isoformat(), entry.by.email, entry.act, case, entry.about


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
