"""The pytest plugin that gives every run a PostgreSQL of its own, unless DATABASE_URL names one.

Migrating takes longer than many a test, so it happens once: the first run keeps what came of it,
as long as no migration changes, and each worker's database is a copy.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.local.postgres import DATABASE, ROLE, programs
from marketplace.local.state import CHECKOUT, State

# Says to the workers of pytest-xdist which database they copy.
TEMPLATE = "ATTEST_TEST_TEMPLATE"
_server: subprocess.Popen[str] | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the server before pytest-django reads the settings.

    The workers of pytest-xdist inherit what is set here and share the one server.
    """
    os.environ.setdefault("ATTEST_ENV", "development")
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = url = _start()
        migrate(url)
        os.environ[TEMPLATE] = DATABASE


def pytest_unconfigure() -> None:
    """Stop the server and wait until nothing is left of it."""
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
