"""Puts every change on record as it is made, whichever service makes it (docs/audit.md)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from accounts.models import Deed, User
from marketplace.kit.clock import now
from marketplace.kit.logs import request_id

# A row that is locked is not changed: SELECT … FOR UPDATE, FOR NO KEY UPDATE.
CHANGE = re.compile(r'(?<!FOR )(?<!KEY )\b(?:INSERT INTO|UPDATE|DELETE FROM) (?:ONLY )?"?(\w+)')
# Tables whose rows are no change of anything, and why.
UNTOLD = {
    "accounts_deed": "it is the record",
    "accounts_auditevent": "it is a record of its own, with who, when and which request",
    "experts_trailentry": "it is a record of its own, with who and when",
    "accounts_keptanswer": "the answer to a program, to be given again",
    "accounts_mail": "a mail on its way; what it tells of has its line",
    "accounts_mailevent": "the history of a mail",
    "django_session": "written whatever somebody asks",
    "usersessions_usersession": "when somebody was last seen",
}
# What an address names that is no word and no token.
NAMES = re.compile(r"[a-z]{2,5}_[a-z0-9]+|\d+")

Tell = Callable[[], Deed]


@contextmanager
def on_record(tell: Tell) -> Iterator[None]:
    """Write a line before the first change that is made in this block.

    It stands in the transaction of that change: there is none without it, and a change that is
    taken back takes its line back too.

    :param tell: who does it, asked when something is changed.
    """
    with connection.execute_wrapper(_Record(tell)):
        yield


def deed(name: str, *, by: User | None = None, about: tuple[object, ...] = ()) -> Deed:
    """Return a line that is not written yet, about what can be named without telling of anybody."""
    named = " ".join(str(each) for each in about if NAMES.fullmatch(str(each)))
    return Deed(name=name[:100], by=by, about=named[:100], request_id=request_id.get(), at=now())


class _Record:
    """Looks at each statement on its way to the database."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._is_kept = False

    def __call__(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        change = CHANGE.search(str(sql))
        if change and change[1] not in UNTOLD and not self._is_written:
            self._tell().save()
            transaction.on_commit(self._keep)
        return execute(sql, *rest)

    @property
    def _is_written(self) -> bool:
        """Whether the line is there: committed, or on its way with what surrounds it now."""
        waiting = (callback for _sids, callback, *_ in connection.run_on_commit)
        return self._is_kept or self._keep in waiting

    def _keep(self) -> None:
        self._is_kept = True
