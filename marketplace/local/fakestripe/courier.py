"""The courier: brings every event to the endpoints that listen, until they take it.

As at Stripe, order is not promised, an event may come twice, and any answer but 2xx means "later".
"""

import hashlib
import hmac
import http.client
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from marketplace.local.fakestripe import events, timers, wall
from marketplace.local.fakestripe.store import Obj, Store
from marketplace.local.fakestripe.world import World

log = logging.getLogger(__name__)

AT_ONCE = 8
# Seconds an endpoint may take to answer.
PATIENCE = 20.0
SLOWEST_RETRY = 60
# Stripe gives up after three days: https://docs.stripe.com/webhooks#retries
MOST_ATTEMPTS = 3 * 24 * 60
IDLE = 0.25


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: int
    attempts: int
    event: Obj
    endpoint: Obj


class Courier:
    """A thread that lets time pass and looks for what is due, and a few that carry it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        # Daemons, so that an endpoint that does not answer cannot hold up the end of the process.
        self._carriers = [
            threading.Thread(target=self._carry_on, name=f"carrier-{number}", daemon=True)
            for number in range(AT_ONCE)
        ]
        self._loads: queue.SimpleQueue[sqlite3.Row | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._on_the_way: set[int] = set()

    def start(self) -> None:
        """Begin, with whatever an earlier process left undelivered."""
        for thread in (self._thread, *self._carriers):
            thread.start()

    def stop(self) -> None:
        """Stop looking; what is not delivered by now is delivered after the next start."""
        self._stopping.set()
        self._news.set()
        self._thread.join()
        for _ in self._carriers:
            self._loads.put(None)

    def wake(self) -> None:
        """Look at once instead of in a moment."""
        self._news.set()

    def deliver_now(self, *, newest_first: bool, types: Sequence[str] = ()) -> list[Obj]:
        """Bring what waits, one by one in a fixed order, even if deliveries are paused."""
        rows = self._take("1 = 1")
        if newest_first:
            rows.reverse()
        told = []
        for row in rows:
            delivery = _addressed(self._store, row)
            if types and delivery.event["type"] not in types:
                self._let_go(delivery.id)
                continue
            status = self._carry(delivery)
            told.append({"event": delivery.event["id"], "status": status})
        return told

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until nothing is left to deliver and tell whether it came to that in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                busy = bool(self._on_the_way)
            waiting = self._store.rows("SELECT 1 FROM delivery WHERE state = 'waiting' LIMIT 1")
            if not (busy or waiting or timers.any_due(self._store)):
                return True
            time.sleep(0.02)
        return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            try:
                self._let_time_pass()
                for row in self._due():
                    self._loads.put(row)
            except Exception:
                log.exception("courier.round.failed")
            self._news.wait(IDLE)

    def _let_time_pass(self) -> None:
        if timers.any_due(self._store):
            with self._store.transaction():
                timers.run_due(World.opened(self._store))

    def _due(self) -> list[sqlite3.Row]:
        if self._store.setting("weather", {}).get("paused"):
            return []
        return self._take("due_at <= ?", wall.seconds())

    def _take(self, condition: str, *values: Any) -> list[sqlite3.Row]:
        """Claim the waiting deliveries that meet a condition written in this class."""
        sql = f"SELECT * FROM delivery WHERE state = 'waiting' AND {condition} ORDER BY id"  # noqa: S608
        with self._lock:
            rows = self._store.rows(sql, *values)
            fresh = [row for row in rows if row["id"] not in self._on_the_way]
            self._on_the_way.update(row["id"] for row in fresh)
        return fresh

    def _let_go(self, delivery_id: int) -> None:
        with self._lock:
            self._on_the_way.discard(delivery_id)

    def _carry_on(self) -> None:
        while (row := self._loads.get()) is not None and not self._stopping.is_set():
            try:
                self._carry(_addressed(self._store, row))
            except (LookupError, sqlite3.ProgrammingError):
                # The stand-in was emptied or closed in the meantime.
                self._let_go(row["id"])

    def _carry(self, delivery: Delivery) -> int | None:
        try:
            body = events.notification(delivery.event)
            endpoint = delivery.endpoint
            status = send(endpoint["_url"], body, secret=endpoint["_secret"])
            self._note(delivery, status)
        finally:
            self._let_go(delivery.id)
        return status

    def _note(self, delivery: Delivery, status: int | None) -> None:
        attempts = delivery.attempts + 1
        taken = status is not None and status // 100 == 2  # noqa: PLR2004
        state = "done" if taken else "dropped" if attempts >= MOST_ATTEMPTS else "waiting"
        with self._store.transaction():
            self._store.run(
                "UPDATE delivery SET state = ?, attempts = ?, answered = ?, due_at = ?"
                " WHERE id = ?",
                *(state, attempts, status, wall.seconds() + retry_after(attempts), delivery.id),
            )


def retry_after(attempts: int) -> int:
    """Return the seconds to wait after so many attempts: 1, 2, 4 and so on up to a minute."""
    return int(min(2 ** (attempts - 1), SLOWEST_RETRY))


def send(url: str, body: str, *, secret: str, signed_at: int | None = None) -> int | None:
    """Post a signed body and return the status of the answer; none means that nobody answered.

    Redirects are not followed: Stripe takes them as failures.
    """
    at = int(wall.seconds()) if signed_at is None else signed_at
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": f"t={at},v1={signature(body, secret, at)}",
    }
    where = urlsplit(url)
    connect: Any = (
        http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    )
    connection = connect(where.hostname, where.port, timeout=PATIENCE)
    try:
        target = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
        connection.request("POST", target, body=body.encode(), headers=headers)
        status: int = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    else:
        return status
    finally:
        connection.close()


def signature(body: str, secret: str, at: int) -> str:
    """Sign a body: https://docs.stripe.com/webhooks#verify-manually."""
    return hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def _addressed(store: Store, row: sqlite3.Row) -> Delivery:
    world = World.opened(store)
    event, endpoint = world.any_by_id(row["event"]), world.any_by_id(row["endpoint"])
    if event is None or endpoint is None:
        raise LookupError(f"delivery {row['id']} has lost its event or its endpoint")
    return Delivery(row["id"], row["attempts"], event, endpoint)
