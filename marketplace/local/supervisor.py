"""Starts programs in stages, brings back those that crash, and stops all in the reverse order."""

import threading
import time
from collections.abc import Callable, Sequence

from marketplace.local.console import CannotRun, say
from marketplace.local.process import Process, Program

POLL = 0.05
PATIENCE = 120.0
"""Seconds that a program has to come up."""
QUICK = 30.0
"""A program that lasted less than this many seconds has failed quickly."""
FIRST_DELAY = 0.25
"""Seconds until the first restart; each quick failure doubles it."""
ATTEMPTS = 5
"""Quick failures in a row after which there is no point in going on."""


class Interrupted(Exception):
    """Somebody asked to stop while the stack was still starting."""


class NeverCameUp(CannotRun):
    """A program ended, or stayed silent, before it was up."""

    def __init__(self, process: Process) -> None:
        ended = process.exit_code
        happened = f"did not answer within {PATIENCE:.0f} s" if ended is None else _ended(ended)
        super().__init__(f"{process.name} {happened}; its log is {process.program.log}.")


class KeepsFailing(CannotRun):
    """A program was restarted often enough to know that restarting does not help."""

    def __init__(self, process: Process) -> None:
        last = process.last_lines[-1] if process.last_lines else "it said nothing"
        super().__init__(
            f"{process.name} failed {ATTEMPTS} times in a row, so everything stops; "
            f"its last words ({process.program.log}): {last}"
        )


class Supervisor:
    """Owns the running processes, from the first start to the last stop."""

    def __init__(self) -> None:
        self.is_stopping = threading.Event()
        self._stages: list[list[_Watched]] = []

    def start(self, programs: Sequence[Program]) -> None:
        """Start one stage and return when all its programs are up.

        :raises NeverCameUp: when one of them is not.
        :raises Interrupted: when somebody asked to stop meanwhile.
        """
        stage: list[_Watched] = []
        self._stages.append(stage)
        stage.extend(_Watched(program) for program in programs)
        for watched in stage:
            self._wait_for(watched.process)

    def finish(self, program: Program) -> None:
        """Run a program to its end.

        :raises NeverCameUp: when it fails.
        :raises Interrupted: when somebody asked to stop meanwhile.
        """
        process = Process(program)
        try:
            while process.exit_code is None:
                self._pause()
        finally:
            process.stop()
        if process.exit_code:
            raise NeverCameUp(process)

    def watch(self) -> None:
        """Keep every program running until somebody asks to stop.

        :raises KeepsFailing: when restarting one of them does not help.
        """
        while not self.is_stopping.wait(POLL):
            for stage in self._stages:
                for watched in stage:
                    watched.look_after()

    def stop(self) -> None:
        """Stop the stages in reverse order, each one's programs at the same time."""
        while self._stages:
            _all_at_once([watched.process.stop for watched in self._stages.pop()])

    def _wait_for(self, process: Process) -> None:
        while not process.is_up():
            if process.exit_code is not None or process.age > PATIENCE:
                raise NeverCameUp(process)
            self._pause()

    def _pause(self) -> None:
        if self.is_stopping.wait(POLL):
            raise Interrupted


class _Watched:
    """A program and its present process; the history decides when and whether to restart."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process = Process(program)
        self._failures = 0
        self._restart_at: float | None = None

    def look_after(self) -> None:
        if self._restart_at is None:
            if self.process.exit_code is not None:
                self._take_note(self.process.exit_code)
        elif time.monotonic() >= self._restart_at:
            self._restart_at = None
            self.process = Process(self.program)

    def _take_note(self, exit_code: int) -> None:
        self.process.clear_away()
        self._failures = self._failures + 1 if self.process.age < QUICK else 1
        if self._failures > ATTEMPTS:
            raise KeepsFailing(self.process)
        delay = FIRST_DELAY * 2 ** (self._failures - 1)
        say(self.program.name, f"{_ended(exit_code)}; starting again in {delay:g} s")
        self._restart_at = time.monotonic() + delay


def _ended(exit_code: int) -> str:
    if exit_code < 0:
        return f"was killed by signal {-exit_code}"
    return f"ended with code {exit_code}"


def _all_at_once(actions: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
