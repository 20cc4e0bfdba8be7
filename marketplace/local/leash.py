"""Starts one program that ends when its parent ends, however the parent ends.

Run as a script in front of the program's own command: it drops the user, ties itself to the
parent, and becomes the program. A `preexec_fn` could do the same, but would run Python between fork
and exec in a process with threads, where a lock may be held for ever.
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def leashed(
    command: Sequence[str | Path], *, with_signal: signal.Signals, user: str | None = None
) -> list[str]:
    """Return the command that runs `command` on a leash of the calling process."""
    drop = ["--user", user] if user else []
    return [
        *(sys.executable, "-I", "-S", __file__, *drop),
        *("--parent", str(os.getpid()), "--signal", str(int(with_signal)), "--"),
        *map(str, command),
    ]


def tie_to_parent(number: int) -> None:
    """Ask the kernel for a signal when the parent dies; only Linux offers that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def main() -> None:
    """Become the program named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    if asked.user:
        _become(asked.user)
    # After the change of user, which clears it.
    tie_to_parent(asked.signal)
    if os.getppid() != asked.parent:
        sys.exit("the parent ended first")
    os.execv(asked.command[0], asked.command)  # noqa: S606 - the caller's own command, no shell


def _become(name: str) -> None:
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


if __name__ == "__main__":
    main()
