"""Planted faults: what a network and a busy payment processor do to the best of clients."""

import time
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from marketplace.local.fakestripe.errors import KeyInUse, Refused
from marketplace.local.fakestripe.store import Obj, Store
from marketplace.local.fakestripe.wire import Answer, HungUp, Request

LONGEST_WAIT = 300.0


class Mode(StrEnum):
    """How a request goes wrong, and whether its work is done."""

    BEFORE = "before"  # the connection ends, nothing was done
    AFTER = "after"  # the work is done, the answer is lost
    LATE = "late"  # the work is done, the answer comes after the webhooks
    SLOW = "slow"  # the work begins late
    RATE_LIMIT = "429"  # nothing was done
    CONFLICT = "409"  # nothing was done
    BROKEN = "500"  # nothing was done, and the error is saved under the key
    PROXY = "html502"  # nothing was done; the answer is a page, not JSON
    GARBAGE = "garbage"  # the work is done, the answer cannot be read


@dataclass(frozen=True)
class Fault:
    """One fault that has struck a request."""

    mode: Mode
    seconds: float = 0.0

    def before(self, request: Request) -> Answer | None:
        """Go wrong ahead of the work; an answer returned here takes its place.

        :raises HungUp: if the connection is to end.
        :raises Refused: if the request is turned away.
        """
        if self.mode is Mode.BEFORE:
            raise HungUp
        if self.mode is Mode.RATE_LIMIT:
            raise Refused("Too many requests. Slow down.", status=429, code="rate_limit")
        if self.mode is Mode.CONFLICT:
            raise KeyInUse(request.headers.get("idempotency-key", ""))
        if self.mode is Mode.PROXY:
            page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
            return Answer(502, page, content_type="text/html; charset=utf-8")
        return None

    def delay(self) -> None:
        """Hold the request up ahead of the work, with its idempotency key in use."""
        if self.mode is Mode.SLOW:
            time.sleep(self.seconds)

    def instead(self) -> None:
        """Fail in the place of the work.

        :raises Refused: with a server error, which is saved like any other answer.
        """
        if self.mode is Mode.BROKEN:
            raise Refused(
                "An unknown error occurred",
                status=500,
                kind="api_error",
                # A saved error stays the same, so Stripe asks not to repeat the request.
                headers={"Stripe-Should-Retry": "false"},
            )

    def after(self, answer: Answer) -> Answer:
        """Go wrong once the work is done and committed.

        :raises HungUp: if the answer is to be lost.
        """
        if self.mode is Mode.AFTER:
            raise HungUp
        if self.mode is Mode.LATE:
            time.sleep(self.seconds)
        if self.mode is Mode.GARBAGE:
            return Answer(200, b'{"id": "tr_', headers=answer.headers)
        return answer


NO_FAULT = Fault(Mode.SLOW)


def plant(store: Store, order: Obj) -> list[Obj]:
    """Let the `nth` request from now that matches go wrong, and `times - 1` more after it.

    :raises Refused: if the order cannot be read.
    """
    try:
        fault = {
            "match": str(order["match"]),
            "mode": Mode(str(order["mode"])).value,
            "nth": int(order.get("nth", 1)),
            "times": int(order.get("times", 1)),
            "seconds": min(float(order.get("seconds", 1.0)), LONGEST_WAIT),
        }
    except (KeyError, ValueError, TypeError) as unreadable:
        modes = ", ".join(Mode)
        raise Refused(
            f'A fault is {{"match": "POST /v1/transfers", "mode": one of {modes}}}.'
        ) from unreadable
    planted: list[Obj] = [*store.setting("faults", []), fault]
    store.set("faults", planted)
    return planted


def strike(store: Store, request: Request) -> Fault:
    """Return the fault that is due for a request, and count it."""
    planted = store.setting("faults", [])
    target = f"{request.method} {request.path}"
    for fault in planted:
        if not fnmatchcase(target, fault["match"]):
            continue
        fault["nth"] -= 1
        store.set("faults", [one for one in planted if not _spent(one)])
        if fault["nth"] < 1:
            return Fault(Mode(fault["mode"]), fault["seconds"])
    return NO_FAULT


def _spent(fault: Obj) -> bool:
    return bool(fault["nth"] <= 1 - fault["times"])
