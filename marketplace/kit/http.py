"""How a view answers: a whole page, or the one part htmx asked for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from marketplace.kit.errors import DomainError


def render_part(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render `part` for htmx and `page`, which includes it, for everyone else."""
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    asked_for_part = request.headers.get("HX-Request") == "true" and not restoring
    response = render(request, part if asked_for_part else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a refused rule on the form, where nothing typed is lost, instead of an error page."""
    try:
        yield
    except DomainError as refusal:
        form.add_error(None, str(refusal))
