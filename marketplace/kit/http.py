"""How a view answers: a whole page, or the one part htmx asked for."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.db import OperationalError
from django.db.models.fields.files import FieldFile
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.kit import files, kept
from marketplace.kit.errors import DomainError

log = logging.getLogger(__name__)
# The file is a download, never a page of ours: no script, no form, no access to the site.
LOCKED = "sandbox; default-src 'none'"
PROBLEM = "application/problem+json"
FORM_TOKENS = (b"csrfmiddlewaretoken", b"x-csrftoken")


def is_path_here(request: HttpRequest, address: str) -> bool:
    """Whether this is a path on this site, to which a form may lead back.

    `redirect` looks up what does not begin like a path as the name of a page, and fails.
    """
    return address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}
    )


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site's page sent this form, as every browser says who sends one.

    For forms without a token, which change nothing that matters; what says nothing is no browser.
    """
    if relation := request.headers.get("Sec-Fetch-Site"):
        return relation not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin not in {None, f"{request.scheme}://{request.get_host()}"}


def render_part(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render `part` for htmx and `page`, which includes it, for everyone else."""
    template = part if asks_for_part(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    return request.headers.get("HX-Request") == "true" and not restoring


def keep_for_visitors(
    request: HttpRequest, made_from: Callable[[], object], answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer visitors with a page that is kept, and not again if they have it; others anew.

    All visitors get the same page of an address, so it has no form token, and nothing of a person.

    :param made_from: returns what the page is made from besides its address: values, versions.
    :param answer: makes the page.
    """
    if not is_visitor(request):
        response = answer()
        patch_cache_control(response, private=True)
        return response
    named = kept.name(request.get_full_path(), asks_for_part(request), made_from())
    etag = f'"{named}"'
    known = get_conditional_response(request, etag=etag) or _page(named)
    response = answer() if known is None else known
    if known is None:
        if not is_for_all(request, response):
            return response
        caches["pages"].set(named, response.content, kept.SECONDS)
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response


def is_visitor(request: HttpRequest) -> bool:
    """Whether the reader is nobody we know, whom no message waits for."""
    return not (request.user.is_authenticated or len(get_messages(request)))


def is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page has nothing that is one visitor's own."""
    has_token = any(token in response.content for token in FORM_TOKENS)
    is_own = has_token or request.session.modified or not is_visitor(request)
    return response.status_code == HTTPStatus.OK and not is_own


def _page(named: str) -> HttpResponse | None:
    content = caches["pages"].get(named)
    return None if content is None else HttpResponse(content)


def private_file(content: FieldFile, name: str, *, of_type: str = "") -> FileResponse:
    """Send a file that is for one person, to be saved and never to be opened in our name.

    :param of_type: its MIME type; that of an upload follows from its inspected name.
    """
    response = FileResponse(
        content.open(),
        as_attachment=True,
        filename=name,
        content_type=of_type or files.content_type(name),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED
    response["Cache-Control"] = "private, no-store"
    return response


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a refused rule on the form, where nothing typed is lost, instead of an error page.

    It stands beside the field that the refusal names, if the form has it, otherwise above all.
    """
    try:
        yield
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@contextmanager
def if_it_can_be_noted() -> Iterator[None]:
    """Note in one transaction what a page only notes beside being read, or go on without it.

    A disk that is full takes no note, and the page can still be read; a database that is away
    fails the page itself.
    """
    try:
        yield
    except OperationalError as error:
        log.warning("note.lost", extra={"error": str(error)})


def problem(status_code: int, code: str, sentence: str) -> dict[str, Any]:
    """Return what RFC 9457 has an answer say that is no success."""
    return {
        "type": f"/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status_code,
        "detail": sentence,
    }
