"""Migrates beside people who work: a change that has to wait for a lock gives way, and tries again.

Whoever waits for a lock on a table makes everybody behind it wait too. So it waits for two seconds
at most, and the others go on.
"""

import logging
import time
from collections.abc import Callable

from django.db import OperationalError, connection

log = logging.getLogger(__name__)

LOCK_TIMEOUT_MS = 2_000
TRIES = 10
PAUSE_SECONDS = 3.0
# PostgreSQL's "lock_not_available" (appendix A of its manual).
LOCK_NOT_AVAILABLE = "55P03"


def patiently(
    change: Callable[[], object],
    *,
    timeout_ms: int = LOCK_TIMEOUT_MS,
    tries: int = TRIES,
    pause: float = PAUSE_SECONDS,
) -> None:
    """Make a change that may be begun again; each of its locks is awaited for `timeout_ms`.

    :raises OperationalError: when no try of `tries` got its locks, or for another reason.
    """
    try:
        for left in reversed(range(tries)):
            _set_lock_timeout(timeout_ms)
            try:
                change()
            except OperationalError as error:
                if left == 0 or getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                    raise
                log.warning("migrate.gave_way", extra={"tries_left": left})
                time.sleep(pause)
            else:
                return
    finally:
        _set_lock_timeout(0)


def _set_lock_timeout(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{milliseconds}ms"])
