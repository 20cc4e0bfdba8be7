"""The squashed migrations lay what their originals laid, to the last constraint and trigger."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from marketplace.local.state import CHECKOUT
from tests.test_architecture import APPS

pytestmark = pytest.mark.drills

MIGRATE = """
import sys, django
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

django.setup()
read = MigrationLoader.load_disk

def read_originals(self):
    read(self)
    for key, migration in list(self.disk_migrations.items()):
        if key[0] in sys.argv[1:] and migration.replaces:
            del self.disk_migrations[key]

MigrationLoader.load_disk = read_originals
call_command("migrate", verbosity=0)
"""
# The order of a table's columns is history; names of constraints and indexes have to agree.
LAID = {
    "columns": """
        SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable,
               column_default, is_identity
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "storage of columns": """
        SELECT attrelid::regclass::text, attname, attstorage FROM pg_attribute
          JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
          FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": """
        SELECT proname, pg_get_functiondef(oid)
          FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    """,
    "rights and storage": """
        SELECT relname, relkind::text, relacl::text, reloptions::text
          FROM pg_class WHERE relnamespace = 'public'::regnamespace
    """,
    "pots of the ledger": "SELECT * FROM ledger_pot",
}


@pytest.fixture
def migrated() -> Iterator[Any]:
    """Say how to migrate a database of that name, by the originals of these apps."""
    server = os.environ["DATABASE_URL"]
    made = []

    def migrate(name: str, *apps: str) -> dict[str, set[Any]]:
        with closing(psycopg2.connect(server)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"CREATE DATABASE {name}")
        made.append(name)
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        command = [sys.executable, "-W", "ignore", "-c", MIGRATE, *apps]
        env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "marketplace.settings"}
        subprocess.run(command, cwd=CHECKOUT, check=True, env=env)
        return _laid(url)

    yield migrate
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        for name in made:
            connection.cursor().execute(f"DROP DATABASE {name}")


def _laid(url: str) -> dict[str, set[Any]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        found = {}
        for what, query in LAID.items():
            cursor.execute(query)
            found[what] = set(cursor.fetchall())
        return found


def test_both_ways_end_at_the_same_database(migrated):
    squashed, originals = migrated("squashed"), migrated("originals", *APPS)

    for what in LAID:
        assert squashed[what] == originals[what], what
        assert squashed[what], what
