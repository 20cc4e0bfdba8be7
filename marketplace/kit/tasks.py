"""The base of every Celery task: sent after commit; a dead broker never fails a request."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
_sends_hints: ContextVar[bool] = ContextVar("sends_hints", default=True)


@contextmanager
def left_to_the_sweeps() -> Iterator[None]:
    """Send no hints in this block.

    For whoever writes rows by the thousand: their hints would stand in the way of everybody
    else's, and what is still to be done afterwards is found by the sweeps.
    """
    before = _sends_hints.set(False)
    try:
        yield
    finally:
        _sends_hints.reset(before)


class AfterCommit(Task):  # type: ignore[type-arg]
    """A task whose message is a hint.

    The row that asks for the work is committed first and a sweep finds it when the message is
    lost, so a broker that is down costs a delay and nothing else.
    """

    def delay_on_commit(self, **arguments: Any) -> None:
        """Send the message once the surrounding transaction has committed."""
        if _sends_hints.get():
            transaction.on_commit(lambda: self._hint(arguments))

    def _hint(self, arguments: dict[str, Any]) -> None:
        try:
            self.apply_async(kwargs=arguments, retry=False)
        except (OperationalError, RedisError):
            log.warning("task.hint.lost", extra={"task": self.name})
