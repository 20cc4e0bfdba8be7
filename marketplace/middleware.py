"""What happens around every request: a name for the logs, the reader's clock, refusals as pages."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from time import perf_counter
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.http import not_read_too_often, not_too_often, to_second_factor
from accounts.models import Deed
from accounts.services import deeds, second_factors
from marketplace import maintenance
from marketplace.kit import clock, limits, patience
from marketplace.kit.errors import DomainError
from marketplace.kit.evenly import leave_on_a_step
from marketplace.kit.http import PROBLEM, if_it_can_be_noted, problem
from marketplace.kit.limits import TooOften
from marketplace.kit.logs import request_id
from marketplace.kit.metrics import ANSWERS, FAULTS
from marketplace.limits import KNOWING, LIMITED, READ
from marketplace.outages import come_back

Answer = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Names the request in every log line and in the answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            response = self.answer(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class Patience:
    """Has nobody wait for the servers under us longer than people do; they hear 503 instead."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with patience.budget(of_all=patience.OF_A_REQUEST):
            return self.answer(request)


class RightClock:
    """Takes nothing from anybody while this machine's clock is wrong; another one may be right."""

    READS = frozenset({"GET", "HEAD", "OPTIONS"})

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in self.READS or clock.agreement.is_right():
            return self.answer(request)
        return come_back(request)


class Measured:
    """Counts how long each address takes; the names of addresses are few, what they hold is not."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.answer(request)
        route = request.resolver_match.view_name if request.resolver_match else "none"
        status = f"{response.status_code // 100}xx"
        ANSWERS.labels(route=route, status=status).observe(perf_counter() - began)
        if status == "5xx":
            FAULTS.inc()
        return response


class Walls:
    """Tells browsers what no page of ours needs, beside what Django's and the CSP's headers say.

    A view that is made for other people's pages says so itself, as the embedded badge does. What
    would echo a request with its cookies, or open a way through us, is no method of any view.
    """

    NO_METHODS = frozenset({"TRACE", "TRACK", "CONNECT"})

    UNUSED = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
    HEADERS = {
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_none = request.method in self.NO_METHODS
        response = HttpResponseNotAllowed(["GET", "POST"]) if is_none else self.answer(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class QueryCount:
    """Says in development how many statements a page took; browsers show it beside the request."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        statements = 0

        def count(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal statements
            statements += 1
            return execute(*args)

        with connection.execute_wrapper(count):
            response = self.answer(request)
        response["Server-Timing"] = f'db;desc="{statements} statements"'
        return response


class Visits:
    """Keeps "where you are signed in" true to a few minutes, so that most pages write nothing."""

    STALE = timedelta(minutes=5)

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_known(request):
            with if_it_can_be_noted():
                UserSession.objects.create_from_request(request)
        return self.answer(request)

    def _is_known(self, request: HttpRequest) -> bool:
        """Whether this session was seen a moment ago, at this address, in this browser."""
        if not (request.session.session_key and request.user.is_authenticated):
            return True  # there is nobody to note
        where = (get_adapter().get_client_ip(request), request.headers.get("User-Agent", ""))
        place = sha256(repr((request.session.session_key, *where)).encode()).hexdigest()
        return not cache.add(f"visit:{place}", 1, timeout=self.STALE.total_seconds())


class StaffHours:
    """Signs staff out at the end of a working day, and when they have left their desk.

    A form that waited on the screen is taken once more, so that nothing typed is lost; the page
    behind it asks who is there. Lengths are those of ASVS 5.0 (7.3), in seconds.
    """

    DAY, BREAK = 8 * 3600, 3600
    # A session is written once in this while, and not with every page.
    NOTED = 60

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.is_staff and not self._is_at_work(request):
            get_adapter().logout(request)
            messages.info(request, gettext("You have been signed out. Please sign in again."))
        return self.answer(request)

    def _is_at_work(self, request: HttpRequest) -> bool:
        at = int(timezone.now().timestamp())
        begun, seen = request.session.setdefault("at_work", [at, at])
        if at - begun > self.DAY:
            return False
        if at - seen > self.BREAK:
            return request.method == "POST"
        if at - seen > self.NOTED:
            request.session["at_work"] = [begun, at]
        return True


class StaffKeys:
    """Keeps staff without a second factor from every page but those on which one is added."""

    OPEN = ("account_", "mfa_", "usersessions_", "second-factor", "choose-language")

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Lead them there, and back to where they were going."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        user = request.user
        if not (user.is_authenticated and user.is_staff) or name.startswith(self.OPEN):
            return None
        if not second_factors.is_missing(user):
            return None
        return to_second_factor(request.get_full_path() if request.method == "GET" else "/home/")


class Maintenance:
    """Asks everyone but our staff to come back later, while the site is looked after."""

    # Whoever asks for our health or brings news of money is let in, and staff have to sign in.
    OPEN = frozenset({"healthz", "readyz", "metrics", "stripe-webhook"})
    OPEN_FOR_STAFF = ("account_", "mfa_", "second-factor")
    # Whoever comes after the time we named is told to try again in a minute, in seconds.
    SOON = 60

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Answer 503 with the time at which it should be over, as a page or as problem+json."""
        until = maintenance.announced_end()
        if until is None or self._is_let_in(request):
            return None
        sentence = gettext("We are looking after the site. Nothing is lost, and money goes on.")
        if request.path.startswith("/api/v1/"):
            document = problem(503, "maintenance", sentence)
            answer: HttpResponse = JsonResponse(document, status=503, content_type=PROBLEM)
        else:
            answer = render(request, "503.html", {"refusal": sentence, "until": until}, status=503)
        wait = (until - timezone.now()).total_seconds()
        answer["Retry-After"] = str(max(round(wait), self.SOON))
        answer["Cache-Control"] = "no-store"
        return answer

    def _is_let_in(self, request: HttpRequest) -> bool:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        is_open = name in self.OPEN or name.startswith(self.OPEN_FOR_STAFF)
        return is_open or bool(getattr(request.user, "is_staff", False))


class Limits:
    """Refuses what comes too often before a view sees it; tells programs what is left."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if spent := getattr(request, "spent", None):
            limits.say(spent.headers, response)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Count a form that is sent to a limited address, and a page of what is counted."""
        match = request.resolver_match
        name = match.view_name if match else ""
        try:
            if request.method == "POST" and name in LIMITED:
                not_too_often(request, LIMITED[name], at=timezone.now())
            elif name in READ and not name.startswith("api:"):
                not_read_too_often(request, READ[name], at=timezone.now())
        except TooOften as refusal:
            return refused(request, refusal)
        return None


class Knowing:
    """Has what knows of accounts answer on steps; whom `Limits` refuses does not come this far."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Mark a form on its way to such a view; `Admission` lets the answer wait."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method == "POST" and name in KNOWING:
            leave_on_a_step(request, KNOWING[name])


class Reader:
    """Speaks the language and shows times in the zone that the signed-in reader chose.

    To everyone else times are UTC, and the language is that of their cookie or their browser.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", None) or "UTC"
        language = getattr(request.user, "language", None) or translation.get_language()
        with timezone.override(zone), translation.override(language):
            response = self.answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            return response


class OnRecord:
    """Leaves a line of every change somebody asks for, and of every row our staff open."""

    SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.SAFE:
            with deeds.on_record(lambda: self._deed(request)):
                return self.answer(request)
        response = self.answer(request)
        if response.status_code == HTTPStatus.OK and self._is_a_row_of_the_admin_site(request):
            self._deed(request).save()
        return response

    def _is_a_row_of_the_admin_site(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return bool(match and match.namespaces[:1] == ["admin"] and match.kwargs)

    def _deed(self, request: HttpRequest) -> Deed:
        match, user = request.resolver_match, request.user
        by = user if user.is_authenticated else None
        about = tuple(match.kwargs.values()) if match else ()
        return deeds.deed(match.view_name if match else "", by=by, about=about)


class Refusals:
    """Turns a refused rule into a page, or into a notice when htmx asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a DomainError with its own status; leave every other error alone."""
        if not isinstance(error, DomainError):
            return None
        return refused(request, error)


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer with the refusal's own status and sentence: a page, or a notice when htmx asked."""
    request.refused_by = refusal.code  # type: ignore[attr-defined]  # for the log
    asked_for_part = request.headers.get("HX-Request") == "true"
    template = "refusal/_notice.html" if asked_for_part else "refusal/page.html"
    context = {"refusal": str(refusal), "code": refusal.code}
    answer = render(request, template, context, status=refusal.status)
    limits.say(refusal.headers, answer)
    return answer
