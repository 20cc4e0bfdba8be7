"""The base of every Celery task: sent after commit; a dead broker never fails a request."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from marketplace.kit import patience

log = logging.getLogger(__name__)
# Seconds for which a broker that failed is not asked.
LEFT_ALONE = 2.0
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
    lost, so a broker that is down costs a delay and nothing else. One that hangs costs a request
    its patience once: for a while after it failed, hints are lost at once.
    """

    # Of the process: all its threads send to one broker.
    back_at: ClassVar[float] = 0.0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Work, and hang with no statement that PostgreSQL never answers."""
        with patience.budget(each=patience.OF_A_STATEMENT):
            return super().__call__(*arguments, **named)

    def delay_on_commit(self, **arguments: Any) -> None:
        """Send the message once the surrounding transaction has committed."""
        if _sends_hints.get():
            transaction.on_commit(lambda: self._hint(arguments))

    def _hint(self, arguments: dict[str, Any]) -> None:
        try:
            self._send(arguments)
        except (OperationalError, RedisError):
            log.warning("task.hint.lost", extra={"task": self.name})

    def _send(self, arguments: dict[str, Any]) -> None:
        if time.monotonic() < AfterCommit.back_at:
            raise OperationalError("The broker failed a moment ago.")
        try:
            self.apply_async(kwargs=arguments, retry=False)
        except (OperationalError, RedisError):
            AfterCommit.back_at = time.monotonic() + LEFT_ALONE
            raise
