"""What leaves the house with a fault: where in the code it broke, and nothing of whom it broke for.

The SDK collects much: bodies, cookies, addresses with what stands in them, who was signed in, every
statement with its values, what an exception says, which quotes rows. So what is sent is not taken
out of that but put together anew, from a list of what nobody is in.
"""

from collections.abc import Mapping
from typing import Any

from marketplace.kit.logs import request_id

Event = Mapping[str, Any]

KEPT = (
    *("event_id", "timestamp", "level", "platform", "logger", "environment", "release"),
    # The pattern of an address, as `/experts/{slug}/`, or the name of a task.
    *("transaction", "transaction_info", "server_name", "modules", "sdk"),
)
OF_A_FRAME = (
    *("filename", "function", "module", "lineno", "in_app"),
    *("pre_context", "context_line", "post_context"),  # our own source
)
OF_A_TRACE = ("trace_id", "span_id", "parent_span_id")


def begin(dsn: str, *, environment: str, **options: Any) -> None:
    """Send faults of this process there; needs the extra `sentry`.

    :param options: for the SDK, such as another `transport`.
    """
    import sentry_sdk  # noqa: PLC0415 (nobody else has it)

    sentry_sdk.init(
        dsn,
        environment=environment,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_breadcrumb=_none,
        before_send=_sent,
        before_send_transaction=_none,
        **options,
    )


def bare(event: Event) -> dict[str, Any]:
    """Return what may be told of a fault."""
    told = {name: event[name] for name in KEPT if name in event}
    values = event.get("exception", {}).get("values", ())
    if values:
        told["exception"] = {"values": [_broken(value) for value in values]}
    # Our messages are constants (`payout.send.unavailable`); what fills others in is left out.
    if message := event.get("logentry", {}).get("message"):
        told["logentry"] = {"message": message}
    contexts = event.get("contexts", {})
    told["contexts"] = {
        "runtime": contexts.get("runtime", {}),
        "trace": _of(contexts.get("trace", {}), OF_A_TRACE),
    }
    return told


def _broken(value: Event) -> dict[str, Any]:
    """Name an exception and where it came from; what it says may quote what somebody wrote."""
    frames = value.get("stacktrace", {}).get("frames", ())
    return _of(value, ("type", "module")) | {
        "mechanism": _of(value.get("mechanism") or {}, ("type", "handled")),
        "stacktrace": {"frames": [_of(frame, OF_A_FRAME) for frame in frames]},
    }


def _of(whole: Event, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: whole[name] for name in names if name in whole}


def _sent(event: Any, _hint: Any) -> Any:
    """Add what leads to our own log lines."""
    return bare(event) | {"tags": {"request_id": request_id.get()}}


def _none(*_: Any) -> None:
    """Drop it: breadcrumbs hold statements, and nobody asked for traces."""
