"""The cache in Valkey, which the site can do without.

What is only kept nearer than the database is looked up there when Valkey is away: a session is read
from its row, a page is made anew. A count is another matter: nobody may guess passwords because the
counter is away, so `incr` fails and what it guards is refused (503) until Valkey is back. So does
`delete`: whoever signs out must not be signed in again by what Valkey still remembers.

After a failure a process leaves Valkey alone for a while, so that a server which hangs costs one
request its patience and not each of them.
"""

import logging
import socket
import time
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.connection import Connection, ConnectionPool
from redis.exceptions import ConnectionError as NoRedis
from redis.exceptions import TimeoutError as SlowRedis

from marketplace.kit import patience

T = TypeVar("T")
log = logging.getLogger(__name__)
AWAY = (NoRedis, SlowRedis)
# Seconds for which a server that failed is not asked.
LEFT_ALONE = 2.0


class Deadline:
    """A socket whose every answer is there within its time, however slowly its bytes come.

    A socket's own time-out begins anew with each byte. What a request waits here is taken from its
    patience, so that ten slow answers are no longer than one.
    """

    def __init__(self, inner: socket.socket) -> None:
        self._inner, self._patience = inner, inner.gettimeout()
        self._until, self._only_looks = 0.0, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def settimeout(self, seconds: float | None) -> None:
        """Wait as redis-py says: before each command, not at all, to see that nothing is left."""
        self._only_looks = seconds == 0
        self._inner.settimeout(seconds)

    def sendall(self, data: bytes) -> None:
        """Send a command; from now on its answer is waited for."""
        self._inner.settimeout(self._patience)
        self._until = time.monotonic() + (self._patience or 0.0)
        self._inner.sendall(data)

    def recv(self, size: int) -> bytes:
        """Read of the answer; what has come is read, however late whoever reads it.

        :raises TimeoutError: when its time is over.
        """
        if not self._patience or self._only_looks:
            return self._inner.recv(size)
        with patience.a_wait(self._until - time.monotonic()) as seconds:
            self._inner.settimeout(max(seconds, 0))
            try:
                return self._inner.recv(size)
            except BlockingIOError as nothing:
                raise TimeoutError from nothing


def punctual(kind: type[Connection]) -> type[Connection]:
    """Return that kind of connection, with a deadline for each answer."""

    class Punctual(kind):  # type: ignore[valid-type, misc]
        def _connect(self) -> Deadline:
            return Deadline(super()._connect())

    return Punctual


class InTime(ConnectionPool):
    """Connections of the kind that an address asks for, with a deadline for each answer."""

    def __init__(self, connection_class: type[Connection] = Connection, **options: Any) -> None:
        super().__init__(connection_class=punctual(connection_class), **options)


class Spared(RedisCache):
    """A cache whose absence costs time, and a count that fails with it."""

    # Of the process: all its threads ask one server.
    back_at: ClassVar[float] = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept; the default while nobody can say."""
        return self._or(default, lambda: super(Spared, self).get(key, default, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Return what of it is kept; nothing while nobody can say."""
        return self._or({}, lambda: super(Spared, self).get_many(keys, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Say whether it is kept; no while nobody can say."""
        return self._or(default=False, ask=lambda: super(Spared, self).has_key(key, version))

    def add(self, key: Any, *args: Any, **options: Any) -> bool:
        """Keep it if nothing is there; while nobody can say, something is."""
        return self._or(default=False, ask=lambda: super(Spared, self).add(key, *args, **options))

    def set(self, key: Any, *args: Any, **options: Any) -> None:
        """Keep it, if that can be done."""
        self._or(None, lambda: super(Spared, self).set(key, *args, **options))

    def set_many(self, data: dict[Any, Any], *args: Any, **options: Any) -> list[Any]:
        """Keep them, if that can be done; return the keys of those that are not kept."""
        return self._or(list(data), lambda: super(Spared, self).set_many(data, *args, **options))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count.

        :raises redis.exceptions.ConnectionError: while nobody can.
        """
        self._refuse_while_left_alone()
        try:
            return int(super().incr(key, delta, version))
        except ValueError as error:
            raise NoRedis("Valkey came back after `add` and before this.") from error

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget it.

        :raises redis.exceptions.ConnectionError: while that cannot be done.
        """
        self._refuse_while_left_alone()
        return bool(super().delete(key, version))

    def _or(self, default: T, ask: Callable[[], T]) -> T:
        if self._is_left_alone():
            return default
        try:
            return ask()
        except AWAY as error:
            Spared.back_at = time.monotonic() + LEFT_ALONE
            log.warning("cache.away", extra={"error": str(error)})
            return default

    def _refuse_while_left_alone(self) -> None:
        if self._is_left_alone():
            raise NoRedis("Valkey failed a moment ago.")

    def _is_left_alone(self) -> bool:
        return time.monotonic() < Spared.back_at
