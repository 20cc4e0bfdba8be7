"""The stand-in's memory: one SQLite file, one writer at a time, nothing half done.

A request is one transaction: the objects it makes, the answer saved under its idempotency key, the
events it causes and the webhooks still to be delivered are committed together. `kill -9` therefore
leaves all of it or none of it, and what was not yet delivered is delivered after the restart.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Obj = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    kind    TEXT NOT NULL,
    account TEXT NOT NULL,  -- '' is the platform
    created INTEGER NOT NULL,
    body    TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS object_list ON object (kind, account, seq);
CREATE INDEX IF NOT EXISTS of_charge ON object (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS of_source ON object (kind, json_extract(body, '$.source_transaction'));
-- Balances are summed from their movements on every look; this keeps the sum cheap.
CREATE INDEX IF NOT EXISTS money ON object (
    account,
    json_extract(body, '$.status'),
    json_extract(body, '$.currency'),
    json_extract(body, '$.net')
) WHERE kind = 'balance_transaction';

CREATE TABLE IF NOT EXISTS saved_answer (
    account TEXT NOT NULL,
    key     TEXT NOT NULL,
    target  TEXT NOT NULL,  -- method and path
    digest  TEXT NOT NULL,  -- of the parameters
    status  INTEGER NOT NULL,
    body    TEXT NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS timer (
    id      INTEGER PRIMARY KEY,
    due_at  INTEGER NOT NULL,
    name    TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timer_due ON timer (due_at, id);

CREATE TABLE IF NOT EXISTS delivery (
    id       INTEGER PRIMARY KEY,
    event    TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    state    TEXT NOT NULL,  -- waiting, done, dropped
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at   REAL NOT NULL,  -- by the real clock
    answered INTEGER         -- status of the last answer
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_at);
CREATE INDEX IF NOT EXISTS delivery_of_event ON delivery (event);

CREATE TABLE IF NOT EXISTS journal (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    entry  TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
TABLES = ("object", "saved_answer", "timer", "delivery", "journal", "setting")


class Store:
    """The SQLite file and the lock around it."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        # Write-ahead logging keeps every commit through the death of the process.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock, and keep all of the work inside or none of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the work inside if it raises, and nothing else of the transaction."""
        self._db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._db.execute("RELEASE attempt")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run one statement; the caller holds a transaction if it writes."""
        with self._lock:
            return self._db.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return what one query finds."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # --- Objects

    def add(self, body: Obj, *, account: str, created: int) -> None:
        """Keep a new object; its `object` field says of which kind it is."""
        self.run(
            "INSERT INTO object (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            *(body["id"], body["object"], account, created, json.dumps(body)),
        )

    def save(self, body: Obj) -> None:
        """Keep the new state of an object."""
        self.run("UPDATE object SET body = ? WHERE id = ?", json.dumps(body), body["id"])

    def object(self, object_id: str) -> sqlite3.Row | None:
        """Return the row of one object of any kind and account."""
        found: sqlite3.Row | None = self.run(
            "SELECT * FROM object WHERE id = ?", object_id
        ).fetchone()
        return found

    def select(
        self,
        kind: str,
        *,
        account: str | None,
        where: Mapping[str, Any],
        extra: str = "",
        values: tuple[Any, ...] = (),
        order: str = "seq DESC",
        limit: int = -1,
    ) -> list[Obj]:
        """Return the objects of a kind whose fields equal the given ones, newest first.

        `extra` is a condition written by this package, never by a caller of the API, and `values`
        fill it.
        """
        conditions = ["kind = ?", *(f"json_extract(body, '$.{name}') = ?" for name in where)]
        filling: list[Any] = [kind, *where.values()]
        if account is not None:
            conditions.append("account = ?")
            filling.append(account)
        if extra:
            conditions.append(extra)
            filling += values
        # All names in here are this package's own; what a caller sent only ever fills a mark.
        sql = f"SELECT body FROM object WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?"  # noqa: S608
        return [json.loads(row["body"]) for row in self.rows(sql, *filling, limit)]

    # --- Settings

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting of the control plane."""
        row = self.run("SELECT value FROM setting WHERE name = ?", name).fetchone()
        return default if row is None else json.loads(row["value"])

    def set(self, name: str, value: Any) -> None:
        """Keep a setting of the control plane."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def picture(self) -> dict[str, list[list[Any]]]:
        """Return everything, by table."""
        return {
            table: [list(row) for row in self.rows(f"SELECT * FROM {table}")]  # noqa: S608
            for table in TABLES
        }

    def restore(self, picture: Mapping[str, list[list[Any]]]) -> None:
        """Know what was known when a picture was taken, and nothing else."""
        self.empty()
        for table, rows in picture.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                self.run(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608

    def empty(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self.run(f"DELETE FROM {table}")  # noqa: S608 - names of this module
