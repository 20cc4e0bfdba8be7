"""What every API view shares: pages by cursor, and errors as RFC 9457 problem documents."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import set_rollback

from marketplace.kit.errors import DomainError


class Pages(CursorPagination):
    """Opaque cursors: a row that arrives between two pages is neither skipped nor repeated."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "-pk"


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an error of a view as `application/problem+json`; leave a bug to be a 500."""
    if isinstance(error, DomainError):
        return _problem(error.status, error.code, str(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    response = _problem(error.status_code, error.default_code, _sentence(error))
    if isinstance(error, exceptions.ValidationError):
        response.data["errors"] = error.detail
    if isinstance(error, exceptions.Throttled) and getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]  # set in __init__
    return response


def _problem(status_code: int, code: str, sentence: str) -> Response:
    return Response(
        {
            "type": f"/problems/{code}",
            "title": code.replace("_", " ").capitalize(),
            "status": status_code,
            "detail": sentence,
        },
        status=status_code,
        content_type="application/problem+json",
    )


def _sentence(error: exceptions.APIException) -> str:
    if error.status_code == status.HTTP_400_BAD_REQUEST:
        return "Something in the request is not as it should be; see `errors`."
    return str(error.detail)
