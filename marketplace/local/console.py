"""What the terminal shows: the lines of every part under its name, and refusals in one sentence."""

import contextlib
import os
import sys
import threading

WIDTH = 8
COLOURS = {
    "postgres": 34,
    "valkey": 35,
    "stripe": 95,
    "web": 32,
    "worker": 33,
    "beat": 36,
}
_one_line_at_a_time = threading.Lock()


class CannotRun(Exception):
    """The command cannot do what was asked; the message says in one sentence what to do."""


def say(name: str, line: str) -> None:
    """Print one line of one part."""
    label = f"{name:>{WIDTH}} |"
    if _wants_colour():
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    announce(f"{label} {line}")


def announce(line: str) -> None:
    """Print one line as it is; a terminal that has gone away is no reason to fail."""
    with _one_line_at_a_time, contextlib.suppress(OSError):
        print(line, flush=True)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
