"""Takes one guard of the money away at a time and sees that its tests notice; `make mutants`.

The last line is `mutants: K of K caught`. Each runs in a copy of the checkout, two at a time, on
databases of one throw-away PostgreSQL: copies of a migrated one, unless the guard is the database's
own. First the same tests have to pass with every guard there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit

from marketplace.local.postgres import DATABASE
from tests.embedded_postgres import TEMPLATE, migrate
from tests.mutants.guards import GUARDS, Guard

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
# A mutant that hangs is caught too: a test with a limit would have failed.
PATIENCE_SECONDS = 600
# For all tests of all guards, on a machine that has other things to do.
PATIENCE_WITH_ALL_SECONDS = 3600


def main() -> int:
    """Try every guard, or those whose names hold a word of the command line."""
    wanted = [guard for guard in GUARDS if _is_named(guard, sys.argv[1:])]
    with tempfile.TemporaryDirectory(prefix="attest-mutants-") as folder, _database() as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        migrate(url)
        seats = SimpleQueue[tuple[Path, str]]()
        for number in range(AT_ONCE):
            copy = Path(folder) / str(number)
            _copy_checkout(copy)
            seats.put((copy, urlsplit(url)._replace(path=f"/mutants{number}").geturl()))
        if not _passes_whole(wanted, seats):
            print("mutants: the tests fail with every guard in its place")
            return 1
        with ThreadPoolExecutor(AT_ONCE) as pool:
            caught = list(pool.map(lambda guard: _is_caught(guard, seats), wanted))
        server.communicate()
    print(f"mutants: {sum(caught)} of {len(caught)} caught", flush=True)
    return 0 if all(caught) else 1


def _is_named(guard: Guard, words: list[str]) -> bool:
    return not words or any(word in guard.name for word in words)


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


def _passes_whole(guards: list[Guard], seats: "SimpleQueue[tuple[Path, str]]") -> bool:
    copy, url = seats.get()
    try:
        tests = sorted({test for guard in guards for test in guard.tests})
        return _run(copy, url, tests, patience=PATIENCE_WITH_ALL_SECONDS)
    finally:
        seats.put((copy, url))


def _is_caught(guard: Guard, seats: "SimpleQueue[tuple[Path, str]]") -> bool:
    copy, url = seats.get()
    path = copy / guard.file
    whole = path.read_text()
    try:
        path.write_text(whole.replace(guard.text, guard.instead))
        is_laid = "/migrations/" in guard.file
        caught = not _run(copy, url, [*guard.tests], template="" if is_laid else DATABASE)
    finally:
        path.write_text(whole)
        seats.put((copy, url))
    print(f"{'caught ' if caught else 'MISSED '} {guard.name}", flush=True)
    return caught


def _run(
    copy: Path,
    url: str,
    tests: list[str],
    *,
    template: str = DATABASE,
    patience: int = PATIENCE_SECONDS,
) -> bool:
    """Whether these tests pass in this copy, on a copy of that database or on one laid anew."""
    on = {"DATABASE_URL": url, TEMPLATE: template, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-n0", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=os.environ | on,
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
