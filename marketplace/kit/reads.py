"""Which database answers what is only read: the primary, or its replica for public pages.

A request says so once (`marketplace/replica.py`); the router and the few statements that are
written by hand ask here. Without a replica, and outside of requests, everything is the primary's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

PRIMARY, REPLICA = "default", "replica"
_alias: ContextVar[str] = ContextVar("reads_from", default=PRIMARY)


def alias() -> str:
    """Return the name of the database that answers."""
    return _alias.get()


def cursor() -> Any:
    """Return a cursor on it, for reading alone."""
    return connections[alias()].cursor()


@contextmanager
def from_replica() -> Iterator[None]:
    """Let the replica answer what this block reads; what it writes goes to the primary."""
    token = _alias.set(REPLICA)
    try:
        yield
    finally:
        _alias.reset(token)
