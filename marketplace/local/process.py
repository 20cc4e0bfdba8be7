"""One program of the stack: how it is started, heard, asked whether it answers, and stopped."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from marketplace.local.console import say
from marketplace.local.leash import leashed


@dataclass(frozen=True)
class Program:
    """What there is to know about a program before it runs."""

    name: str
    command: Sequence[str | Path]
    cwd: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    """Whom to run as when started by root."""
    answers: Callable[[], bool] | None = None
    """Whether it is up; None when it says so itself, see `announces`."""
    announces: str = ""
    """The words in its output that mean that it is up."""
    stop_with: signal.Signals = signal.SIGTERM
    grace: float = 10
    """Seconds from the request to stop until it is killed."""
    on_orphaned: signal.Signals = signal.SIGTERM
    """What it gets when the runner itself was killed and nobody is left to insist."""
    noise: re.Pattern[str] | None = None
    """Lines that nobody needs to read."""


class Process:
    """A program that has been started, in a session of its own.

    The session keeps the terminal's Ctrl-C from it: only the runner hears that, and stops the
    parts in order.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = time.monotonic()
        self.last_lines: deque[str] = deque(maxlen=12)
        self._has_announced = threading.Event()
        self._child = subprocess.Popen(
            leashed(program.command, with_signal=program.on_orphaned, user=program.user),
            cwd=program.cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._child.stdout  # noqa: S101 - asked for above
        self._listener = threading.Thread(target=self._listen, args=(self._child.stdout,))
        self._listener.daemon = True
        self._listener.start()

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        return self._child.poll()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started_at

    def is_up(self) -> bool:
        """Whether it does its work, as opposed to still starting."""
        if self.program.answers:
            return self.program.answers()
        return self._has_announced.is_set()

    def stop(self) -> None:
        """End it the way it likes, and by force when it takes too long."""
        if self.exit_code is None:
            self._child.send_signal(self.program.stop_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(self.program.grace)
        self.clear_away()

    def clear_away(self) -> None:
        """Kill whatever is left of it: children that outlived a parent that crashed."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self._listener.join(timeout=1)

    def _listen(self, output: IO[bytes]) -> None:
        with output, self.program.log.open("ab", buffering=0) as log:
            for raw in output:
                # A disk without room costs lines; who stopped listening would hold the program up.
                with contextlib.suppress(OSError):
                    log.write(raw)
                self._hear(raw.decode(errors="replace").rstrip())

    def _hear(self, line: str) -> None:
        if self.program.announces and self.program.announces in line:
            self._has_announced.set()
        if line and not (self.program.noise and self.program.noise.search(line)):
            self.last_lines.append(line)
            say(self.name, line)
