"""Finds in migrations what a site that people use does not survive; a part of `make check`.

Two things: a lock under which a whole table is read or written, while everybody waits; and a change
that the version before cannot live with, which goes on answering while this one starts
(docs/runbooks/deploy.md). A migration that does it all the same says why in `unsafe_because`.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import django
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
)
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as made
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The last of each app from before there was a site that anybody used.
BEFORE = {"accounts": 14, "experts": 31, "jobs": 17, "contracts": 35}
SHORTEST_REASON = 20
SLOW_SQL = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX(?!\s+CONCURRENTLY)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE"
    r"|ADD\s+CONSTRAINT(?!.*NOT\s+VALID)|^\s*(?:UPDATE|DELETE)\s",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
Before = Callable[[], ProjectState]


def main() -> str | None:
    """Go through all since `BEFORE`; return what is wrong in sentences."""
    django.setup()
    loader = MigrationLoader(None)
    found = [
        f"{app}.{name}: {sentence}"
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in BEFORE and int(name[:4]) > BEFORE[app]
        for sentence in faults(migration, partial(loader.project_state, (app, name), at_end=False))
    ]
    return "\n".join(found) or None


def faults(migration: Migration, before: Before) -> Iterator[str]:
    """Yield a sentence for each thing a migration does that it must not.

    :param before: returns the models as they were before it; asked for altered fields alone.
    """
    reason = getattr(migration, "unsafe_because", "")
    if migration.initial or migration.replaces or len(reason) >= SHORTEST_REASON:
        return
    steps = list(_steps(migration.operations))
    new = {step.name_lower for step in steps if isinstance(step, made.CreateModel)}
    for step in steps:
        if getattr(step, "model_name_lower", None) in new:
            continue  # nobody has a row in it, and no old code knows it
        if isinstance(step, made.AlterField):
            yield from _altered(step, migration.app_label, before())
        yield from (
            says for kind, is_wrong, says in RULES if isinstance(step, kind) and is_wrong(step)
        )


def _steps(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Look into those that do one thing to the database and say another."""
    for operation in operations:
        if isinstance(operation, made.SeparateDatabaseAndState):
            yield from _steps(operation.database_operations)
        else:
            yield operation


def _needs_a_value(step: made.AddField) -> bool:
    field = step.field
    has_default = field.has_db_default()
    return not (field.null or has_default or isinstance(field, models.ManyToManyField))


def _makes_an_index(step: made.AddField) -> bool:
    field: Any = step.field
    is_many = isinstance(field, models.ManyToManyField)
    return not is_many and bool(field.db_index or field.unique)


def _is_slow(step: made.RunSQL) -> bool:
    parts = step.sql if isinstance(step.sql, list | tuple) else [step.sql]
    return any(SLOW_SQL.search(part if isinstance(part, str) else part[0]) for part in parts)


def _always(_: Operation) -> bool:
    return True


RULES: list[tuple[type[Operation], Callable[[Any], bool], str]] = [
    (
        made.AddIndex,
        lambda step: not isinstance(step, AddIndexConcurrently),
        "nobody can write while it makes the index: AddIndexConcurrently, with atomic = False.",
    ),
    (
        made.AddConstraint,
        lambda step: not isinstance(step, AddConstraintNotValid),
        "nobody can write while it reads all rows: AddConstraintNotValid, validate later.",
    ),
    (
        made.AddField,
        _needs_a_value,
        "the version before cannot insert: null=True or db_default.",
    ),
    (
        made.AddField,
        _makes_an_index,
        "nobody can write while it makes the index: db_index=False, AddIndexConcurrently later.",
    ),
    (made.RemoveField, _always, "the version before still reads it: two versions later."),
    (made.RenameField, _always, "the version before knows the old name: add, fill, remove."),
    (made.RenameModel, _always, "the version before knows the old name: keep db_table."),
    (made.DeleteModel, _always, "the version before still reads it: two versions later."),
    (made.AlterModelTable, _always, "the version before knows the old name of the table."),
    (
        made.RunPython,
        lambda step: step.atomic is not False,
        "its locks stay until the last row: atomic=False, in batches that may be run twice.",
    ),
    (made.RunSQL, _is_slow, "it reads or writes a whole table under a lock."),
]


def _altered(step: made.AlterField, app: str, before: ProjectState) -> Iterator[str]:
    """Compare a field with what it was, as far as the database knows of it."""
    was = before.models[app, step.model_name_lower].fields[step.name_lower]
    old, new = _in_the_database(was), _in_the_database(step.field)
    changed = {key for key in old | new if old.get(key) != new.get(key)}
    if changed == {"null"} and step.field.null:
        return
    if changed == {"max_length"} and (step.field.max_length or 0) > (was.max_length or 0):
        return
    if changed:
        what = ", ".join(sorted(changed))
        yield f"it changes {what} under a lock: add a field, fill it, change over."


def _in_the_database(field: Any) -> dict[str, Any]:
    _name, path, _arguments, options = field.deconstruct()
    unknown = {*field.non_db_attrs, "default"}
    return {"type": path} | {key: value for key, value in options.items() if key not in unknown}


if __name__ == "__main__":
    sys.exit(main())
