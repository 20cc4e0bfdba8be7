"""Set-ups that are built once per worker, by the services, and then laid down as they were left.

Half of the time of a test used to go into living up to the point it is about, as hundreds of tests
had done before it. `@laid` marks a fixture that does nothing but write rows, here and at Stripe if
it is given one: the first test that asks for it builds it, later ones get the very same rows.

What a set-up leaves depends on what was there before. So a picture belongs to a path: the laid
fixtures of this test in their order, with nothing written in between. Whatever else a test or a
fixture writes ends the path, and what is asked for after that is built as if it were not marked.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from marketplace.local.fakestripe.remote import Remote

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET CONSTRAINTS")
# What signing in leaves is of no consequence to anything that can be laid down.
VISITS = ("django_session", "usersessions_usersession", 'UPDATE "accounts_user" SET "last_login"')
Step = tuple[Any, ...]
Path = tuple[Step, ...]
Rows = dict[str, set[str]]
ALL = "SELECT '{table}', row::text FROM {table} AS row"
DELETE = "DELETE FROM {table} AS row WHERE row::text = ANY (%s)"
INSERT = (
    "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT row.* FROM unnest(%s::{table}[]) AS row"
)


@dataclass
class Picture:
    """What a set-up changed, as one statement and its parameters, and what it returned."""

    statement: str
    rows: list[list[str]]
    changes_older_rows: bool
    # All rows afterwards, to compare the next with; not known if somebody had signed in before.
    content: Rows | None
    # What the stand-in for Stripe knew afterwards, where the test has one.
    stripe: Any
    result: Any
    # The fixture whose value it returned, if it made none of its own.
    given: str | None


@dataclass
class Ground:
    """The database of this test as far as we know it."""

    path: Path = ()
    # As many statements had written something when the path ended.
    writes_then: int = 0
    writes: int = 0
    # All rows as they are now, if they have been read or laid since something last wrote.
    content: Rows | None = None
    # Whether somebody has signed in, which no picture shows.
    is_visited: bool = False
    pictures: dict[Path, Picture] = field(default_factory=dict)
    # Paths at whose end nothing was wrong, for those who ask that of every test.
    in_order: set[Path] = field(default_factory=set)
    # The empty stand-in that this test has made itself, if it has.
    stripe: Remote | None = None

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Count what may have changed something; to be called by Django around each statement."""
        said = str(sql).lstrip(" (\n")
        if not said.startswith(READS):
            self.content = None
            is_visit = any(visit in said for visit in VISITS)
            self.is_visited |= is_visit
            self.writes += not is_visit
        return execute(sql, params, many, context)

    def clear(self) -> None:
        """Begin a test."""
        if self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.watch)
        self.stripe, self.is_visited = None, False
        self.walk_to((), None)

    def walk_to(self, path: Path, content: Rows | None) -> None:
        self.path, self.writes_then = path, self.writes
        self.content = None if self.is_visited else content

    @property
    def is_known(self) -> bool:
        """Whether this test's transaction holds what was laid and nothing else."""
        return connection.in_atomic_block and self.writes == self.writes_then


ground = Ground()


def laid(build: Callable[..., Any]) -> Any:
    """Make a fixture of a function that writes rows, and returns them or some it was given."""

    @functools.wraps(build)
    def fixture(**given: Any) -> Any:
        if not ground.is_known:
            return build(**given)
        names = ((name, _named(value)) for name, value in sorted(given.items()))
        step = (build.__module__, build.__name__, bool(ground.stripe), *names)
        path = (*ground.path, step)
        if path in ground.pictures:
            result = _lay(ground.pictures[path], given)
        else:
            result = _build(build, given, path)
        ground.walk_to(path, ground.pictures[path].content)
        return result

    return pytest.fixture(fixture)


def _named(value: Any) -> Any:
    return (value._meta.label, value.pk) if isinstance(value, Model) else None


def _build(build: Callable[..., Any], given: dict[str, Any], path: Path) -> Any:
    before = ground.content or everything()
    result = build(**given)
    after = everything()
    statement, rows, changes_older_rows = _difference(before, after)
    same = next((name for name, value in given.items() if value is result), None)
    stripe = ground.stripe and ground.stripe.picture()
    content = None if ground.is_visited else after
    ground.pictures[path] = Picture(
        statement, rows, changes_older_rows, content, stripe, result, same
    )
    return result


def _lay(picture: Picture, given: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(picture.statement, picture.rows)
    if ground.stripe:
        ground.stripe.restore(picture.stripe)
    if picture.changes_older_rows:
        for value in given.values():
            _refresh(value)
    return given[picture.given] if picture.given else _anew(picture.result)


def _refresh(value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Model):
            one.refresh_from_db()


def _anew(result: Any) -> Any:
    """Read what was returned again: whoever got it the last time may have changed it."""
    if isinstance(result, list):
        return [_anew(one) for one in result]
    if isinstance(result, Model):
        return type(result)._base_manager.get(pk=result.pk)
    return result


def _difference(before: Rows, after: Rows) -> tuple[str, list[list[str]], bool]:
    """Return the statement that leads from one content to the other, and whether it deletes."""
    gone = {table: sorted(rows - after[table]) for table, rows in before.items()}
    new = {table: sorted(rows - before[table]) for table, rows in after.items()}
    deletes = [table for table, rows in gone.items() if rows]
    inserts = [table for table, rows in new.items() if rows]
    statements = [
        # Triggers and foreign keys have had their say when the rows were written.
        "SET LOCAL session_replication_role = replica",
        *(DELETE.format(table=table) for table in deletes),
        *(INSERT.format(table=table) for table in inserts),
        "SET LOCAL session_replication_role = origin",
    ]
    rows = [*(gone[table] for table in deletes), *(new[table] for table in inserts)]
    return "; ".join(statements), rows, bool(deletes)


def everything() -> Rows:
    """Return all rows of all tables, as text."""
    rows: Rows = {table: set() for table in _tables()}
    union = " UNION ALL ".join(ALL.format(table=table) for table in rows)
    with connection.cursor() as cursor:
        cursor.execute(union)
        for table, row in cursor.fetchall():
            rows[table].add(row)
    return rows


def bring_back(content: Rows) -> None:
    """Make all tables what they were when `everything` was asked, whatever was committed since."""
    statement, rows, _ = _difference(everything(), content)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, rows)


@functools.cache
def _tables() -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True))
