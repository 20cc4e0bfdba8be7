"""The public page of a badge, and the files behind it."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from experts import selectors
from experts.models import Evidence
from experts.services import evidence

# The file is a download, never a page of ours: no script, no form, no access to the site.
LOCKED = "sandbox; default-src 'none'"


@require_safe
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what was proven, on what evidence, by whose judgement, and whether it still counts."""
    row = get_object_or_404(selectors.badges_with_proof(), public_id=public_id)
    return render(request, "experts/badge.html", {"badge": row})


@require_safe
def evidence_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the file of a piece of evidence to those who may read it."""
    files = Evidence.objects.visible_to(request.user).exclude(file="")
    piece = get_object_or_404(files, public_id=public_id)
    response = FileResponse(
        piece.file.open(),
        as_attachment=True,
        filename=piece.file_name,
        content_type=evidence.content_type(piece),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED
    response["Cache-Control"] = "private, no-store"
    return response
