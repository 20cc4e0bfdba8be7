"""One JSON line per event: a constant dotted name, values beside it, the request it belongs to.

Nothing that somebody typed is in it: no query, no path with a token, no message of an exception,
which may quote a value or a whole row. Where it happened and which rule refused it say enough.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What every LogRecord has by itself; the rest came in through `extra=`.
ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# What Django and Celery add: whole requests, and the arguments of a task with what it raised.
WHOLE = {"request", "data"}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        if request_id.get():
            event["request_id"] = request_id.get()
        beside = {key: value for key, value in vars(record).items() if key not in ORDINARY | WHOLE}
        event |= beside | _where(getattr(record, "request", None))
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (logging's)
        """Say where it was raised, from what it came and which constraint refused it."""
        return "\n".join(_told(ei[1])) if ei[1] else ""


def _event(record: logging.LogRecord) -> str:
    """Name what happened: words that are put into a sentence of others may be anybody's."""
    if hasattr(record, "request"):
        return "request.refused"
    return str(record.msg) if record.exc_info else record.getMessage()


def _where(request: Any) -> dict[str, object]:
    """Tell a request by its method and its pattern; its path may hold a token.

    Beside them stand what else our own words can say of who was refused what: the number of the
    account, the public id of the thing (one that is hidden from its reader, with a 404), and the
    rule. Whoever was nobody yet when it was refused stays nobody: nothing is asked for a line.
    """
    if request is None:
        return {}
    match = getattr(request, "resolver_match", None)
    found: dict[str, object] = {
        "method": getattr(request, "method", ""),
        "route": match.route if match else "",
    }
    about = match.kwargs.get("public_id", "") if match else ""
    by = getattr(getattr(request, "_cached_user", None), "pk", None)
    beside = {"by": by, "about": about, "rule": getattr(request, "refused_by", "")}
    return found | {name: value for name, value in beside.items() if value}


def _told(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        # Postgres names the constraint beside a message that quotes the row.
        rule = getattr(getattr(error, "diag", None), "constraint_name", None)
        yield type(error).__qualname__ + (f" ({rule})" if rule else "")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
