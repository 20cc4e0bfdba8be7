"""Makes the virtual environment; runs under the system's Python, before anything is installed.

Standard library only, and no syntax newer than Python 3.7, so that an old Python can read this
far and say that it is too old.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
# What pip prints when no index answered, as opposed to an index that has no such package.
UNREACHABLE = re.compile(r"from versions: none|NewConnectionError|NameResolutionError|Max retries")


class CannotBoot(Exception):
    """Something is missing on this machine; the message says in one sentence what to do."""


def main() -> int:
    """Bring `.venv` up to date with the lock file, or say why that cannot be."""
    try:
        refuse_old_python(sys.version_info[:2])
        with one_at_a_time(ROOT):
            if not is_current(ROOT):
                refuse_without_venv()
                install(ROOT)
    except CannotBoot as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command carries on.", file=sys.stderr)
        return 130
    return 0


def refuse_old_python(version: tuple[int, ...]) -> None:
    """:raises CannotBoot: unless the interpreter is new enough."""
    if version < OLDEST_PYTHON:
        wanted, found = (".".join(map(str, each)) for each in (OLDEST_PYTHON, version))
        raise CannotBoot(
            f"Attest needs Python {wanted} or newer and this is {found}: install a newer one "
            "and name it, for example `make run PYTHON=python3.12`."
        )


def refuse_without_venv() -> None:
    """:raises CannotBoot: when this Python came without what makes environments."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise CannotBoot(
            "This Python cannot make virtual environments: install its venv package "
            "(on Debian and Ubuntu `apt install python3-venv`) and run the command again."
        )


@contextlib.contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Let a second `make` in the same checkout wait instead of installing over the first."""
    with (root / "requirements.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current(root: Path) -> bool:
    """Whether the last complete installation was of this lock file, Python and place."""
    stamp = stamp_of(root)
    return stamp.exists() and stamp.read_text() == fingerprint(root)


def fingerprint(root: Path) -> str:
    """Whatever makes an existing environment useless when it changes.

    The place counts because the scripts in a virtual environment name it.
    """
    lock = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    return f"{lock} {sys.version_info[:2]} {root}"


def stamp_of(root: Path) -> Path:
    return root / ".venv" / ".installed"


def install(root: Path) -> None:
    """Create the environment and install the locked packages into it.

    :raises CannotBoot: when neither uv nor pip could.
    """
    began = time.monotonic()
    if not is_usable(root / ".venv"):
        say(f"creating .venv with Python {sys.version.split()[0]}")
        create(root / ".venv")
    stamp_of(root).unlink(missing_ok=True)
    say("installing the packages of requirements.lock, about ten seconds the first time")
    install_with_uv(root)
    stamp_of(root).write_text(fingerprint(root))
    say(f"installed in {time.monotonic() - began:.1f} s")


def is_usable(venv: Path) -> bool:
    """Whether the environment was made here, by this version of Python, and still has its pip."""
    configuration = venv / "pyvenv.cfg"
    if not configuration.exists() or f" {venv}\n" not in configuration.read_text():
        return False
    version = "import pip, sys; print(*sys.version_info[:2])"
    found = run(python_of(venv), "-c", version)
    return found.returncode == 0 and found.stdout.split() == [*map(str, sys.version_info[:2])]


def create(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    made = run(sys.executable, "-m", "venv", venv)
    if made.returncode:
        raise CannotBoot(f"`python3 -m venv` failed: {last_line(made.stdout)}")


def install_with_uv(root: Path) -> None:
    """Install with uv, which takes a fifth of pip's time; with pip where uv cannot."""
    python = python_of(root / ".venv")
    lock = root / "requirements.lock"
    pip = [python, "-m", "pip", "install", "--quiet", "--retries", "2", "--no-deps"]
    uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    hashed = ["--require-hashes", "-r"]
    if (
        run(*pip, *hashed, "/dev/stdin", text=locked("uv", lock.read_text())).returncode == 0
        and run(*uv, *hashed, lock).returncode == 0
    ):
        return
    say("uv could not; trying pip, about half a minute")
    tried = run(*pip, *hashed, lock)
    if tried.returncode:
        raise CannotBoot(explanation(tried.stdout))


def locked(package: str, lock: str) -> str:
    """Return the lines of the lock file that pin one package, with its hashes."""
    found = re.search(rf"^{package}==(?:.*\\\n)*.*\n", lock, re.MULTILINE)
    return found.group() if found else package


def explanation(output: str) -> str:
    """Return one sentence about why pip failed."""
    if UNREACHABLE.search(output):
        return (
            "pip reached no package index: check the network, or name a mirror in PIP_INDEX_URL, "
            "and run the command again."
        )
    return f"pip could not install requirements.lock: {last_line(output)}"


def run(*command: object, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=str(ROOT),
        # uv would otherwise download a Python of its own where it dislikes the one at hand.
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def last_line(output: str) -> str:
    return ([line for line in output.splitlines() if line.strip()] or ["no output"])[-1].strip()


def say(line: str) -> None:
    print(f"    boot | {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
