"""Keeps `requirements.lock` what `pyproject.toml` asks for, without addresses or old releases."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from packaging.version import Version

from marketplace.local.state import CHECKOUT

LOCK = CHECKOUT / "requirements.lock"
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--quiet"),
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
)
# A release may turn out to be bad; after two weeks it is taken (check S-05).
SETTLED = timedelta(days=14)
# A pin without its hashes: these grow when somebody uploads one more wheel of the same version.
PIN = re.compile(r"^[^#\s].*?(?= \\)", re.MULTILINE)
UNREACHABLE = re.compile(r"error sending request|dns error|Failed to fetch|timed out|offline")


def main(arguments: list[str]) -> str | None:
    """Compare, or write with `--write`; return what is wrong, in one sentence."""
    if arguments == ["--write"]:
        return _compile(LOCK)
    if "://" in LOCK.read_text():
        return "requirements.lock names an index; it must work with any."
    with tempfile.TemporaryDirectory() as folder:
        # Starts from the present pins, so that a new release elsewhere is no difference.
        anew = Path(shutil.copy(LOCK, folder))
        problem = _compile(anew)
        if problem and UNREACHABLE.search(problem):
            print("not compared: no package index answers here")
            return None
        if not problem and _pins(anew) != _pins(LOCK):
            return "requirements.lock is not what pyproject.toml asks for."
        return problem


def behind(lock: Path = LOCK, *, today: date) -> list[str] | None:
    """Return what is pinned below the newest release we allow that is two weeks old by now.

    Nothing is returned where no index answers.
    """
    until = (today - SETTLED).isoformat()
    # The installer is pinned by hand, and may be younger.
    young = ("--exclude-newer", until, "--exclude-newer-package", f"uv={today.isoformat()}")
    with tempfile.TemporaryDirectory() as folder:
        newest = Path(folder) / "newest.lock"
        problem = _compile(newest, *young)
        if problem and UNREACHABLE.search(problem):
            return None
        if problem:
            raise RuntimeError(problem)
        ours, theirs = _versions(lock), _versions(newest)
    return [
        f"{name} {ours[name]}: {version} is there"
        for name, version in theirs.items()
        if name in ours and ours[name] < version
    ]


def _versions(lock: Path) -> dict[str, Version]:
    split = (pin.partition(";")[0].partition("==") for pin in _pins(lock))
    return {name.strip(): Version(version.strip()) for name, _, version in split}


def _compile(target: Path, *more: str) -> str | None:
    done = subprocess.run(
        [*COMPILE, *more, "--output-file", target],
        cwd=CHECKOUT,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_RETRIES": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stderr.strip() if done.returncode else None


def _pins(lock: Path) -> list[str]:
    return PIN.findall(lock.read_text())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
