"""The clock that all workers share: the database's; and whether this machine's agrees with it.

Tasks read the database's. What a person does is told by the clock of the machine that answers, so a
process whose clock is wrong takes nothing from anybody until it is right again: what was overheard
or used up long ago would be fresh by it, and what has ended would still be open.
"""

import logging
import time
from datetime import datetime

from django.db import connection

log = logging.getLogger(__name__)
# Seconds by which clocks of machines that keep them differ less, and a leap that is looked into.
TOLERATED, LEAP = 60.0, 1.0


def now() -> datetime:
    """Return the database's time, aware and in UTC.

    Tasks take `at` from here, so that a deadline comes once for everybody and a machine whose own
    clock is wrong lets no money go early. It is the time of the call, even inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


class Agreement:
    """Whether the clock of this process's machine agrees with the database's.

    A clock that agreed goes on to, unless it leaps: then it and the one that only counts seconds
    move apart, and the database is asked again. So nothing is asked while all is well.
    """

    def __init__(self) -> None:
        self._apart: float | None = _apart()

    def is_open_to_doubt(self) -> bool:
        """Whether the clock leapt, or was wrong when it was last compared."""
        return self._apart is None or abs(_apart() - self._apart) > LEAP

    def forget(self) -> None:
        """Have the next question compare."""
        self._apart = None

    def compare(self) -> bool:
        """Compare, and say whether they agree.

        :raises django.db.OperationalError: while the database is away.
        """
        ahead = time.time() - now().timestamp()
        is_right = abs(ahead) < TOLERATED
        self._apart = _apart() if is_right else None
        if not is_right:
            log.error("clock.wrong", extra={"seconds_ahead": round(ahead)})
        return is_right

    def is_right(self) -> bool:
        """Say whether they agree, and ask the database only when there is doubt."""
        return not self.is_open_to_doubt() or self.compare()


def _apart() -> float:
    return time.time() - time.monotonic()


# Of the process.
agreement = Agreement()
