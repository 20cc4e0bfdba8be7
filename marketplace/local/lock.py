"""Keeps `requirements.lock` what `pyproject.toml` asks for, and free of addresses."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from marketplace.local.state import CHECKOUT

LOCK = CHECKOUT / "requirements.lock"
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--quiet"),
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
)
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


def _compile(target: Path) -> str | None:
    done = subprocess.run(
        [*COMPILE, "--output-file", target],
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
