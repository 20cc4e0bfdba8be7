"""What a migration must not do beside people who work is found, and who waits for it gives way."""

import threading
import time

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from marketplace.local import migrations as lint
from marketplace.migrating import patiently

CHECK = models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_something")
INDEX = models.Index(fields=["rate"], name="by_rate")
# Each operation, and a word of what is said of it.
PLANTED = {
    "an index": (migrations.AddIndex("job", INDEX), "AddIndexConcurrently"),
    "a constraint": (migrations.AddConstraint("job", CHECK), "AddConstraintNotValid"),
    "a field without a value": (
        migrations.AddField("job", "size", models.IntegerField(default=1)),
        "cannot insert",
    ),
    "a foreign key": (
        migrations.AddField("job", "of", models.ForeignKey("x.Job", models.CASCADE, null=True)),
        "makes the index",
    ),
    "a field less": (migrations.RemoveField("job", "rate"), "still reads it"),
    "another name": (migrations.RenameField("job", "rate", "price"), "old name"),
    "another model's name": (migrations.RenameModel("Job", "Task"), "old name"),
    "a model less": (migrations.DeleteModel("Job"), "still reads it"),
    "another table": (migrations.AlterModelTable("job", "tasks"), "name of the table"),
    "all rows at once": (migrations.RunPython(migrations.RunPython.noop), "batches"),
    "an update": (migrations.RunSQL("UPDATE jobs_job SET rate = 1"), "whole table"),
    "an index in SQL": (migrations.RunSQL("CREATE INDEX a ON jobs_job (rate)"), "whole table"),
    "another type": (migrations.AlterField("job", "rate", models.TextField()), "type"),
    "no more nulls": (migrations.AlterField("job", "note", models.CharField(max_length=9)), "null"),
    "a shorter text": (
        migrations.AlterField("job", "note", models.CharField(max_length=5, null=True)),
        "max_length",
    ),
    "hidden in what the state does not show": (
        migrations.SeparateDatabaseAndState([migrations.AddIndex("job", INDEX)]),
        "AddIndexConcurrently",
    ),
}
SAFE = {
    "an index beside people": AddIndexConcurrently("job", INDEX),
    "a constraint for new rows": AddConstraintNotValid("job", CHECK),
    "a field that may be empty": migrations.AddField("job", "a", models.TextField(null=True)),
    "a field with a value": migrations.AddField("job", "a", models.TextField(db_default="")),
    "a field that may be empty from now on": migrations.AlterField(
        "job", "rate", models.IntegerField(null=True)
    ),
    "a longer text": migrations.AlterField(
        "job", "note", models.CharField(max_length=99, null=True)
    ),
    "other words": migrations.AlterField("job", "rate", models.IntegerField("what an hour costs")),
    "batches": migrations.RunPython(migrations.RunPython.noop, atomic=False),
}


def before() -> ProjectState:
    fields = [
        ("rate", models.IntegerField()),
        ("note", models.CharField(max_length=9, null=True)),
    ]
    return ProjectState({("x", "job"): ModelState("x", "Job", fields)})


def migration(*operations, **said) -> migrations.Migration:
    row = type("Migration", (migrations.Migration,), {"operations": list(operations), **said})
    return row("0099_new", "x")


def test_the_migrations_of_this_version_hold_nobody_up():
    assert lint.main() is None


def test_each_rule_finds_what_is_planted():
    said = {
        name: (word, " ".join(lint.faults(migration(operation), before)))
        for name, (operation, word) in PLANTED.items()
    }
    missed = {name: says for name, (word, says) in said.items() if word not in says}
    assert missed == {}


@pytest.mark.parametrize("name", SAFE)
def test_what_holds_nobody_up_is_left_alone(name):
    assert list(lint.faults(migration(SAFE[name]), before)) == []


def test_a_table_that_is_new_may_have_everything():
    new = migrations.CreateModel("Job", [("rate", models.IntegerField())])

    assert list(lint.faults(migration(new, migrations.AddIndex("job", INDEX)), before)) == []


def test_who_does_it_all_the_same_says_why():
    index, _word = PLANTED["an index"]

    assert list(lint.faults(migration(index, unsafe_because="so"), before)) != []
    reason = "The table has a row per organisation."
    assert list(lint.faults(migration(index, unsafe_because=reason), before)) == []


# --- Giving way


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_change_that_cannot_have_its_lock_gives_way_and_comes_back():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS drill_of_locks (a int)")
    reads, may_end = threading.Event(), threading.Event()

    def somebody_reads():
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT * FROM drill_of_locks")
            reads.set()
            may_end.wait(10)
            cursor.execute("ROLLBACK")
        other.close()

    def change():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE drill_of_locks ADD COLUMN b int")

    reader = threading.Thread(target=somebody_reads)
    reader.start()
    reads.wait(10)
    began = time.monotonic()
    # Would the change wait for ever, so would the test: the reader leaves after five seconds.
    threading.Timer(5, may_end.set).start()
    with pytest.raises(OperationalError, match="lock timeout"):
        patiently(change, timeout_ms=50, tries=2, pause=0.05)
    took = time.monotonic() - began

    may_end.set()
    reader.join()
    patiently(change, timeout_ms=50, tries=2, pause=0.05)
    with connection.cursor() as cursor:
        cursor.execute("SELECT b FROM drill_of_locks")
        cursor.execute("DROP TABLE drill_of_locks")
    assert took < 3
    assert lock_timeout() == "0"


@pytest.mark.django_db(transaction=True)
def test_another_fault_is_not_tried_again():
    tried = []

    def change():
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.no_such_function()")

    with pytest.raises(Exception, match="no_such_function"):
        patiently(change, pause=0)
    assert len(tried) == 1
