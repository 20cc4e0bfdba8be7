"""What every API view shares: what it reads, pages by cursor, and errors as RFC 9457 documents."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import set_rollback

from accounts.http import not_read_too_often, not_too_often
from marketplace import limits
from marketplace.kit import cache
from marketplace.kit.errors import DomainError
from marketplace.kit.http import PROBLEM, problem
from marketplace.kit.limits import say

# Below this address live programs.
BELOW = "/api/v1/"
# A place in a list is the key of a row, of 64 bits.
PLACE = re.compile("[0-9]{1,18}", re.ASCII)


class Pages(CursorPagination):
    """Opaque cursors: a row that arrives between two pages is neither skipped nor repeated."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        """Read how many rows are asked for.

        :raises ValidationError: when it is no number from 1 to 100; DRF would take its own.
        """
        asked = request.query_params.get(self.page_size_query_param, str(self.page_size))
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= len("100")
        if not is_number or not 1 <= int(asked) <= self.max_page_size:
            sentence = f"A number from 1 to {self.max_page_size}."
            raise exceptions.ValidationError({self.page_size_query_param: [sentence]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Say in the document what is taken."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size}
        return parameters

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read where a page begins.

        :raises ValidationError: when we did not write it; DRF would hand any place to the database.
        """
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound:
            raise self._not_ours() from None
        if cursor and cursor.position is not None and not PLACE.fullmatch(str(cursor.position)):
            raise self._not_ours()
        return cursor

    def _not_ours(self) -> exceptions.ValidationError:
        return exceptions.ValidationError({self.cursor_query_param: [self.invalid_cursor_message]})


class LengthMissing(exceptions.APIException):
    """We read no further than a request says it goes, so it has to say so."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "Send the body with its Content-Length."
    default_code = "length_missing"


class Counted(BaseThrottle):
    """Counts every question to the API, whatever comes of it."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count one.

        :raises LengthMissing: for a body in chunks, which would be read as none.
        :raises TooOften: which the API answers as a problem.
        """
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            raise LengthMissing
        asked, at = request._request, now()
        match = asked.resolver_match
        sent = limits.LIMITED_OF_API.get(match.view_name) if match else None
        if sent and request.method == "POST" and request.user.is_authenticated:
            not_too_often(asked, sent, at=at)
        if match and match.view_name in limits.READ:
            not_read_too_often(asked, limits.READ[match.view_name], at=at)
        rate = limits.API if request.user.is_authenticated else limits.API_OF_STRANGERS
        try:
            not_too_often(asked, rate, at=at)
        except cache.AWAY:
            # What changes nothing is answered uncounted rather than not at all.
            if request.method not in SAFE_METHODS:
                raise
        return True


class TooLarge(exceptions.APIException):
    """More than any of our addresses takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."
    default_code = "too_large"


class Json(JSONParser):
    """JSON of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes that is not nested beyond reading."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """Parse a body.

        :raises TooLarge: before a byte of it is read.
        :raises ParseError: for what is no JSON, and from some thousand brackets in each other on.
        """
        length = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            read: dict[str, Any] = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError("JSON parse error - too deep.") from None
        return read


# Errors of Django's, and what the API calls them.
KNOWN: dict[type[Exception], type[exceptions.APIException]] = {
    Http404: exceptions.NotFound,
    RequestDataTooBig: TooLarge,
    PermissionDenied: exceptions.PermissionDenied,
}


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an error of a view as `application/problem+json`; leave a bug to be a 500."""
    if isinstance(error, DomainError):
        context["request"]._request.refused_by = error.code  # for the log
        answer = _problem(error.status, error.code, str(error))
        say(error.headers, answer)
        return answer
    known = KNOWN.get(type(error))
    if known is not None:
        error = known()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    response = _problem(error.status_code, error.default_code, _sentence(error))
    if isinstance(error, exceptions.ValidationError):
        response.data["errors"] = error.detail
    if challenge := getattr(error, "auth_header", ""):
        response["WWW-Authenticate"] = challenge
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is none: below the API with a problem, elsewhere with a page."""
    if not request.path.startswith(BELOW):
        return defaults.page_not_found(request, exception)
    document = problem(404, "not_found", "Not found.")
    return JsonResponse(document, status=404, content_type=PROBLEM)


def _problem(status_code: int, code: str, sentence: str) -> Response:
    document = problem(status_code, code, sentence)
    return Response(document, status=status_code, content_type=PROBLEM)


def _sentence(error: exceptions.APIException) -> str:
    if error.status_code == status.HTTP_400_BAD_REQUEST:
        return "Something in the request is not as it should be; see `errors`."
    return str(error.detail)
