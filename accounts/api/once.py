"""How a view of the API does once what a request asks that names itself."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.utils.timezone import now
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.who import asker
from accounts.services import kept_answers
from accounts.services.kept_answers import Answer
from marketplace.kit.http import PROBLEM

V = TypeVar("V", bound=APIView)
P = ParamSpec("P")
Method = Callable[Concatenate[V, Request, P], Response]
# From here on an answer of HTTP is a problem.
PROBLEMS = 400


def once(method: Method[V, P]) -> Method[V, P]:
    """Do what a request asks once, when it names itself by an `Idempotency-Key`.

    A refusal is an answer too, and is repeated; what the limiter refused was never begun.
    """

    @wraps(method)
    def named(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return method(view, request, *args, **kwargs)

        def answer() -> Answer:
            try:
                given = method(view, request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 (DRF answers refusals, and raises bugs again)
                given = view.handle_exception(error)
            body = "" if given.data is None else JSONRenderer().render(given.data).decode()
            return Answer(given.status_code, body)

        body = json.dumps(request.data, sort_keys=True)
        asked = f"{request.method} {request.get_full_path()}\n{body}"
        by = asker(request)
        return _sent(kept_answers.once(by, key=key, asked=asked, answer=answer, at=now()))

    return named  # type: ignore[return-value]


def _sent(answer: Answer) -> Response:
    """Answer with what is kept."""
    kind = PROBLEM if answer.status >= PROBLEMS else None
    data = json.loads(answer.body) if answer.body else None
    response = Response(data, status=answer.status, content_type=kind)
    if answer.is_old:
        response["Idempotent-Replayed"] = "true"
    return response
