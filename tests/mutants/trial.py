"""Copies of the checkout in which a guard is taken away and its tests are run.

Two at a time, on databases of one throw-away PostgreSQL: copies of a migrated one, unless the guard
is the database's own. `make mutants` and `make drills` both work here.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit

from marketplace.local.postgres import DATABASE
from tests.embedded_postgres import TEMPLATE, migrate
from tests.mutants.guards import Guard

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
# A mutant that hangs is caught too: a test with a limit would have failed.
PATIENCE_SECONDS = 600
# For all tests of all guards, on a machine that has other things to do.
PATIENCE_WITH_ALL_SECONDS = 3600
# What pytest ends with when tests ran and some failed; more means that none could run.
PASSED, FAILED = 0, 1


class Trial:
    """The copies and their databases; `seats` are those that nobody uses at the moment."""

    def __init__(self, seats: "SimpleQueue[tuple[Path, str]]") -> None:
        self.seats = seats

    def passes_whole(self, guards: Iterable[Guard]) -> bool:
        """Whether the tests of these guards pass with every guard in its place."""
        tests = sorted({test for guard in guards for test in guard.tests})
        copy, url = self.seats.get()
        try:
            return _run(copy, url, tests, patience=PATIENCE_WITH_ALL_SECONDS) == PASSED
        finally:
            self.seats.put((copy, url))

    def catches(self, guards: Iterable[Guard]) -> list[bool]:
        """Take each away; say for each, in the same order, whether a test failed without it."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._is_caught, guards))

    def _is_caught(self, guard: Guard) -> bool:
        copy, url = self.seats.get()
        path = copy / guard.file
        whole = path.read_text()
        try:
            path.write_text(whole.replace(guard.text, guard.instead))
            is_laid = "/migrations/" in guard.file
            ended = _run(copy, url, [*guard.tests], template="" if is_laid else DATABASE)
        finally:
            path.write_text(whole)
            self.seats.put((copy, url))
        print(f"{'caught ' if ended == FAILED else 'MISSED '} {guard.name}", flush=True)
        return ended == FAILED


@contextmanager
def trial() -> Iterator[Trial]:
    """Make the copies and the databases; nothing is left of them afterwards."""
    with tempfile.TemporaryDirectory(prefix="attest-mutants-") as folder, _database() as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        migrate(url)
        seats = SimpleQueue[tuple[Path, str]]()
        for number in range(AT_ONCE):
            copy = Path(folder) / str(number)
            _copy_checkout(copy)
            seats.put((copy, urlsplit(url)._replace(path=f"/mutants{number}").geturl()))
        yield Trial(seats)
        server.communicate()


def _database() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "marketplace.local.throwaway"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def _copy_checkout(to: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _run(
    copy: Path,
    url: str,
    tests: list[str],
    *,
    template: str = DATABASE,
    patience: int = PATIENCE_SECONDS,
) -> int:
    """Return how pytest ended in this copy, on a copy of that database or on one laid anew."""
    on = {"DATABASE_URL": url, TEMPLATE: template, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-n0", "-x", "-m", "", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=copy,
            env=os.environ | on,
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED
    return done.returncode
