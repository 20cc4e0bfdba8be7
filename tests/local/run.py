"""A whole stack as `make run` starts it, for tests that kill parts of it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.local.ports import says_ok
from marketplace.local.postgres import programs
from marketplace.local.state import CHECKOUT, State
from tests.local.processes import alive, free_port

# What stands in the command line of each part and of no other.
PARTS = {
    "postgres": "/bin/postgres",
    "valkey": "valkey-server",
    "stripe": "marketplace.local.fakestripe",
    "web": "granian",
    "worker": "--quiet worker",  # the web server has options of that name
    "beat": "beat",
}
SLOW = 60.0


class Run:
    """A stack started from a terminal, in a folder with spaces."""

    def __init__(self, folder: Path, *, demo: str = "", **variables: str) -> None:
        self.port, self.stripe_port = free_port(), free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "ATTEST_STATE": str(folder),
            "PORT": str(self.port),
            "STRIPE_PORT": str(self.stripe_port),
            **variables,
        }
        self.state = State(folder)
        self.process = self.runner("up", f"--demo={demo}")
        assert self.process.stdout
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Attest is running at"):
                return
        pytest.fail(f"the stack did not start:\n{self.said}")

    def runner(
        self, *arguments: str, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "marketplace.local.runner", *arguments],
            cwd=CHECKOUT,
            env=environment or self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def says(self, *arguments: str, **how) -> tuple[int, str]:
        """Run another command beside it; return its exit code and its last line."""
        other = self.runner(*arguments, **how)
        output, _ = other.communicate(timeout=SLOW)
        return other.returncode, output.strip().splitlines()[-1]

    def part(self, name: str) -> int | None:
        """Return the process id of a part, if it is there."""
        return next((pid for pid in self.children() if PARTS[name] in command_of(pid)), None)

    def children(self) -> list[int]:
        runner = self.process.pid
        return [pid for pid, (parent, _) in alive().items() if parent == runner]

    def sql(self, query: str, **how) -> str:
        return subprocess.check_output(
            [
                programs(State.for_this_checkout().programs) / "psql",
                *("-XAtq", "-h", self.state.sockets / "postgres"),
                *("-U", "attest", "-d", "attest", "-c", query),
            ],
            encoding="utf-8",
            **how,
        ).strip()

    def valkey(self, command: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.state.sockets / "valkey" / "valkey.sock"))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(100)

    def is_ready(self) -> bool:
        return says_ok(f"http://127.0.0.1:{self.port}/readyz")

    def end(self) -> int:
        """Press Ctrl-C and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=SLOW)
        return self.process.returncode


def command_of(pid: int) -> str:
    """Return a process's command line, empty when it has just ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
