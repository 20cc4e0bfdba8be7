"""When a server under us is away: 503 with a time to come back, instead of a fault of ours.

PostgreSQL that restarts, a disk without room, a statement that waited too long: what was asked for
was not done, and will be possible again. It is told from our own faults by the error that broke the
request, or by one that it followed from.
"""

import errno
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, gettext, override
from django.views.defaults import server_error
from redis.exceptions import ConnectionError as NoRedis
from redis.exceptions import TimeoutError as SlowRedis

from marketplace.kit.http import PROBLEM, problem
from marketplace.kit.storage import FilesAway

AWAY = (OperationalError, InterfaceError, NoRedis, SlowRedis, FilesAway)
# The disk that files go to has no room, or we have none on it.
FULL = {errno.ENOSPC, errno.EDQUOT}
# Seconds: PostgreSQL that was killed is back within ten (docs/reliability.md, F-01).
COME_BACK = "10"
# Below this address live programs.
API = "/api/v1/"


def fault(request: HttpRequest) -> HttpResponse:
    """Answer a request that an error broke; Django calls it while it handles that error."""
    if any(_is_away(error) for error in _chain(sys.exc_info()[1])):
        return come_back(request)
    if request.path.startswith(API):
        document = problem(500, "fault", "A fault of ours. It is being looked at.")
        return JsonResponse(document, status=500, content_type=PROBLEM)
    return server_error(request)


def come_back(request: HttpRequest) -> HttpResponse:
    """Say that nothing can be done just now, without asking anything of what may be away."""
    language = get_language_from_request(request)
    if request.path.startswith(API):
        answer: HttpResponse = JsonResponse(_document(), status=503, content_type=PROBLEM)
    else:
        with override(language):
            answer = HttpResponse(render_to_string("away.html"), status=503)
    answer["Retry-After"] = COME_BACK
    answer["Cache-Control"] = "no-store"
    return answer


def _document() -> dict[str, object]:
    with override("en"):
        return problem(503, "away", gettext("Our database is away for a moment. Please try again."))


def _is_away(error: BaseException) -> bool:
    return isinstance(error, AWAY) or (isinstance(error, OSError) and error.errno in FULL)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and all that it followed from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
