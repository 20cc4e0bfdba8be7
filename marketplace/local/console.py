"""What the terminal shows: the lines of every part under its name, and refusals in one sentence."""

import contextlib
import functools
import os
import queue
import sys
import threading
import time

STDOUT = 1
WIDTH = 8
COLOURS = {
    "postgres": 34,
    "valkey": 35,
    "stripe": 95,
    "web": 32,
    "worker": 33,
    "beat": 36,
}
# Lines on their way to the terminal. A terminal that nobody reads, because it is paused or a pipe
# is full, must not stop the site: then lines are dropped here, and the log files have them.
_waiting: queue.Queue[str] = queue.Queue(maxsize=1000)


class CannotRun(Exception):
    """The command cannot do what was asked; the message says in one sentence what to do."""


def say(name: str, line: str) -> None:
    """Show one line of one part."""
    label = f"{name:>{WIDTH}} |"
    if _wants_colour():
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    announce(f"{label} {line}")


def announce(line: str) -> None:
    """Show a line as it is, as soon as the terminal takes it."""
    _start_writing()
    with contextlib.suppress(queue.Full):
        _waiting.put_nowait(line)


def finish(patience: float = 1.0) -> None:
    """Wait until the terminal has taken everything, but not for one that takes nothing."""
    give_up_at = time.monotonic() + patience
    while _waiting.unfinished_tasks and time.monotonic() < give_up_at:
        time.sleep(0.01)


@functools.cache
def _start_writing() -> None:
    threading.Thread(target=_write, daemon=True).start()


def _write() -> None:
    while True:
        text = f"{_waiting.get()}\n".encode(errors="replace")
        # Not print(): its buffer's lock, held by a stuck thread, would keep Python from ending.
        # A terminal that has gone away is no reason to fail.
        with contextlib.suppress(OSError):
            while text:
                text = text[os.write(STDOUT, text) :]
        _waiting.task_done()


def _wants_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
