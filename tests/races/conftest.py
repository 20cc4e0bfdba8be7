"""The cast of the money tests, for people and workers who act in the same moment."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from stripe import HTTPClient

# The cast and the contract of the other money tests; the books are checked here too.
from tests.contracts.conftest import (  # noqa: F401
    account,
    books_are_right,
    checks,
    contract,
    funded,
    held,
    hourly,
    job,
    milestone,
    offer,
    open_payment,
    pay,
    prepaid,
    proposal,
    sdk,
    stand_in,
    stripe,
    submission,
    work,
)

Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def patience_between_tries(monkeypatch):
    """Let Stripe's SDK wait as it does in production: five who come with one key wait for one."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.5)


class Other:
    """Another request, on a connection of its own."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.process = self.thread.submit(self._process).result()

    def begin(self, act: Act) -> "Future[Any]":
        """Begin an act."""
        return self.thread.submit(act)

    def begin_in_vain(self, act: Act) -> "Future[Any]":
        """Begin an act that takes back whatever it did."""
        return self.thread.submit(self._undone, act)

    def wait_until_it_waits(self) -> None:
        """Return once it stands behind a lock."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self.process])
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.001)
        pytest.fail("it never waited for the row")

    def _process(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    def _undone(self, act: Act) -> Any:
        with transaction.atomic():
            try:
                return act()
            except Exception as error:  # noqa: BLE001 (an outcome like any other)
                return error
            finally:
                transaction.set_rollback(True)


@pytest.fixture
def other() -> Iterator[Other]:
    """Somebody else's request."""
    one = Other()
    yield one
    one.thread.submit(lambda: connection.close()).result()  # noqa: PLW0108 (that thread's own)
    one.thread.shutdown()
