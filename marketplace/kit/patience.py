"""How long whoever waits for us lets us wait for the servers under us.

A server that is gone says so; one that hangs, or a network that loses what is sent, says nothing
for ever. A request has one budget for all its waits, so that ten slow answers are no longer than
one; a task has a bound for each statement; commands, which take what they take, have none. What we
compute ourselves is no wait: a slow page on a busy machine is still a page.
"""

import math
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from psycopg2 import OperationalError, extensions

# Seconds. People give up after ten; a statement of a task that takes a minute hangs.
OF_A_REQUEST, OF_A_STATEMENT = 7.0, 60.0


@dataclass
class Budget:
    """Seconds that may still be waited altogether, and for one answer."""

    left: float = math.inf
    each: float = math.inf


_now: ContextVar[Budget] = ContextVar("budget", default=Budget())  # noqa: B039 - never spent


@contextmanager
def budget(*, of_all: float = math.inf, each: float = math.inf) -> Iterator[None]:
    """Bound, in seconds, all waits of this block together, and each of them."""
    outer = _now.get()
    inner = Budget(min(outer.left, of_all), min(outer.each, each))
    before, token = inner.left, _now.set(inner)
    try:
        yield
    finally:
        _now.reset(token)
        if before < math.inf and outer.left < math.inf:
            outer.left -= before - inner.left


@contextmanager
def a_wait(at_most: float = math.inf, *, kept: float = 0.0) -> Iterator[float]:
    """Give the seconds that an answer may take, and take from the budget what it took.

    :param kept: seconds of the budget that are for what comes after.
    """
    ours, began = _now.get(), time.monotonic()
    try:
        yield min(at_most, ours.each, ours.left - kept)
    finally:
        ours.left -= time.monotonic() - began if ours.left < math.inf else 0.0


def has_an_end() -> bool:
    """Whether somebody waits for all of this, as for an answer."""
    return _now.get().left < math.inf


def bound_postgres() -> None:
    """Have every wait for PostgreSQL of this process bounded: connections, statements, commits."""
    extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    """Wait for an answer, as psycopg2 asks; whoever gives up closes the connection.

    :raises psycopg2.OperationalError: when it does not come in time.
    """
    with a_wait() as seconds:
        until = time.monotonic() + seconds
        while (state := connection.poll()) != extensions.POLL_OK:
            waits = select.poll()
            waits.register(
                connection.fileno(),
                select.POLLIN if state == extensions.POLL_READ else select.POLLOUT,
            )
            rest = until - time.monotonic()
            if rest <= 0 or not waits.poll(None if rest == math.inf else rest * 1000):
                raise OperationalError("PostgreSQL did not answer in time.")
