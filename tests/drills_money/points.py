"""The points of a flow of money, by name: before and after each commit and call to Stripe.

Where it is asked for, also the first lock of each table and the first posting in each transaction.

No line of the product knows of them, so a new one cannot be forgotten. What happens at a point is
the drill's: one kills the process there, another lets somebody else act.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from stripe import RequestsClient

LOCKS = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE|(pg_advisory_xact_lock)', re.DOTALL)
POSTS = "INSERT INTO ledger_transaction "
# Ids in an address, which are others each time.
ID = re.compile(r"/[a-z]+_\w+")


@contextmanager
def watched(reached: Callable[[str], None], *, statements: bool = False) -> Iterator[None]:
    """Call `reached` with the name of each point this thread comes to, such as "before commit".

    :param statements: whether locks and postings are points as well. Whoever is killed there is
        killed before the commit.
    """
    me = get_ident()
    taken: set[str] = set()
    commit, request = DatabaseWrapper._commit, RequestsClient.request

    def passing(name: str, act: Callable[[], Any]) -> Any:
        if get_ident() != me:
            return act()
        reached(f"before {name}")
        answer = act()
        reached(f"after {name}")
        return answer

    def committing(self: Any) -> None:
        passing("commit", lambda: commit(self))
        taken.clear()

    def calling(self: Any, method: str, url: str, *rest: Any, **named: Any) -> Any:
        name = f"{method.upper()} {ID.sub('/…', urlsplit(url).path)}"
        return passing(name, lambda: request(self, method, url, *rest, **named))

    def saying(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        name = _named(str(sql))
        if not name or name in taken:
            return execute(sql, params, many, context)
        taken.add(name)
        return passing(name, lambda: execute(sql, params, many, context))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseWrapper, "_commit", committing)
        patch.setattr(RequestsClient, "request", calling)
        if not statements:
            yield
            return
        with connection.execute_wrapper(saying):
            yield


def _named(sql: str) -> str:
    """Return what a statement is called as a point, or nothing if it is none."""
    if lock := LOCKS.search(sql):
        return f"lock of {lock[1] or lock[2]}"
    return "posting" if POSTS in sql else ""
