"""How a view answers: a whole page, or the one part htmx asked for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models.fields.files import FieldFile
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.kit import files
from marketplace.kit.errors import DomainError

# The file is a download, never a page of ours: no script, no form, no access to the site.
LOCKED = "sandbox; default-src 'none'"


def is_path_here(request: HttpRequest, address: str) -> bool:
    """Whether this is a path on this site, to which a form may lead back.

    `redirect` looks up what does not begin like a path as the name of a page, and fails.
    """
    return address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}
    )


def render_part(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render `part` for htmx and `page`, which includes it, for everyone else."""
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    asked_for_part = request.headers.get("HX-Request") == "true" and not restoring
    response = render(request, part if asked_for_part else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def private_file(content: FieldFile, name: str) -> FileResponse:
    """Send a file that somebody uploaded, to be saved and never to be opened in our name."""
    response = FileResponse(
        content.open(),
        as_attachment=True,
        filename=name,
        content_type=files.content_type(name),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED
    response["Cache-Control"] = "private, no-store"
    return response


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a refused rule on the form, where nothing typed is lost, instead of an error page."""
    try:
        yield
    except DomainError as refusal:
        form.add_error(None, str(refusal))
