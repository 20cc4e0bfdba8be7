"""The pytest plugin that gives every run a PostgreSQL of its own, unless DATABASE_URL names one.

Migrating takes longer than many a test, so it happens once, while the workers collect the tests:
the first run keeps what came of it, as long as no migration changes, and each worker's database is
a copy.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from marketplace.local.postgres import DATABASE, ROLE, programs
from marketplace.local.state import CHECKOUT, State

# Says to the workers of pytest-xdist which database they copy.
TEMPLATE = "ATTEST_TEST_TEMPLATE"
# Which it is: it appears when it is complete.
MIGRATED = "migrated"
_server: subprocess.Popen[str] | None = None
_provider: Thread | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the server before pytest-django reads the settings.

    The workers of pytest-xdist inherit what is set here and share the one server.
    """
    global _provider  # noqa: PLW0603 - one per process, as pytest's hooks are
    os.environ.setdefault("ATTEST_ENV", "development")
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = url = _start()
        os.environ[TEMPLATE] = MIGRATED
        _provider = Thread(target=_provide, args=[url], name="migrating")
        _provider.start()


def wait_until_migrated(template: str) -> None:
    """Return when the database to copy is there.

    :raises psycopg2.OperationalError: when it never will be, because the server has been stopped.
    """
    with _maintenance(os.environ["DATABASE_URL"]) as cursor:
        while not _exists(template, cursor):
            time.sleep(0.1)


def pytest_unconfigure() -> None:
    """Stop the server and wait until nothing is left of it."""
    if _provider:
        _provider.join()
    if _server:
        _server.communicate()


def _start() -> str:
    global _server  # noqa: PLW0603 - one per process, as pytest's hooks are
    _server = subprocess.Popen(
        [sys.executable, "-m", "marketplace.local.throwaway"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert _server.stdout
    url: str = _server.stdout.readline().strip()
    if not url:
        raise pytest.UsageError("The tests' PostgreSQL did not start; its reason is above.")
    return url


def _provide(url: str) -> None:
    """Make the database that all others are copies of; without it there is nothing to wait for."""
    try:
        migrate(url)
        with _maintenance(url) as cursor:
            cursor.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE {DATABASE}")
    except Exception:
        assert _server
        assert _server.stdin
        _server.stdin.close()
        raise


def _exists(database: str, cursor: Any) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
    return cursor.fetchone() is not None


@contextmanager
def _maintenance(url: str) -> Iterator[Any]:
    """Speak to the server outside of any database of ours and of any transaction."""
    with closing(psycopg2.connect(url, dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def migrate(url: str) -> None:
    """Bring the server's database to the newest migration, from the last run's copy if it can."""
    [sockets] = parse_qs(urlsplit(url).query)["host"]
    state = State.for_this_checkout()
    place = ["-h", sockets, "-U", ROLE, "-d", DATABASE]
    folder = state.folder("tests")
    kept = folder / f"{_digest()}.sql"
    if kept.exists():
        load = ["-qX", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
        subprocess.run([programs(state.programs) / "psql", *load, *place, "-f", kept], check=True)
        return
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=CHECKOUT, check=True)
    for older in folder.glob("*.sql"):
        older.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
        subprocess.run(
            [programs(state.programs) / "pg_dump", *place], stdout=unfinished, check=True
        )
    Path(unfinished.name).rename(kept)


def _digest() -> str:
    """Return a name for all that a migrated database depends on."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.relative_to(CHECKOUT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield CHECKOUT / "requirements.lock"
    yield CHECKOUT / "marketplace" / "settings.py"
    for suffix in ("py", "sql"):
        yield from sorted(CHECKOUT.glob(f"*/migrations/*.{suffix}"))
