"""Lets in as many requests as can be worked on at once, has a few wait, and turns the others away.

Without it everything that comes is begun: each then waits for all others, nobody is answered in
time, and the work is thrown away when browsers give up. Who is turned away hears so within
milliseconds, and a browser, a program or Stripe comes back.

The server runs more threads (`--blocking-threads`) than are let in: the rest say no.
"""

from collections.abc import Callable
from functools import lru_cache
from threading import BoundedSemaphore, Semaphore
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, gettext, override

from marketplace.kit.evenly import wait_for_the_step
from marketplace.kit.http import PROBLEM, problem
from marketplace.kit.metrics import TURNED_AWAY

# Whoever balances or watches asks these; they say how we are, so they are never turned away.
OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
# Seconds: a wait that people do not yet take for a fault, and when to come back.
LONGEST_WAIT = 1.0
COME_BACK = "5"


class Admission:
    """At most `WEB_AT_ONCE` requests of a process are under way; `WEB_WAITING` wait for them.

    An answer that waits for its step (`kit.evenly`) has a place like those who wait to begin, and
    lets the next one begin.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer
        self.under_way = Semaphore(settings.WEB_AT_ONCE)
        self.places = BoundedSemaphore(settings.WEB_AT_ONCE + settings.WEB_WAITING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in OPEN:
            return self.answer(request)
        if not self.places.acquire(blocking=False):
            return turned_away(request)
        try:
            return self._answer_in_turn(request)
        finally:
            self.places.release()

    def _answer_in_turn(self, request: HttpRequest) -> HttpResponse:
        if not self.under_way.acquire(timeout=LONGEST_WAIT):
            return turned_away(request)
        began = monotonic()
        try:
            answer = self.answer(request)
        finally:
            self.under_way.release()
        wait_for_the_step(request, since=began)
        return answer


def turned_away(request: HttpRequest) -> HttpResponse:
    """Say that there are too many, without the database, the session or a template's work."""
    TURNED_AWAY.inc()
    language = get_language_from_request(request)
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(_document(), status=503, content_type=PROBLEM)
    else:
        answer = HttpResponse(_page(language), status=503)
    answer["Retry-After"] = COME_BACK
    answer["Cache-Control"] = "no-store"
    return answer


def _document() -> dict[str, object]:
    with override("en"):
        return problem(503, "busy", gettext("Too many requests are under way. Please try again."))


@lru_cache(maxsize=8)
def _page(language: str) -> str:
    with override(language):
        return render_to_string("busy.html")
