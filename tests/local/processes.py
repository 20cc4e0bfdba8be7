"""What runs on this machine, read from /proc; the dead whom nobody has collected do not count."""

import contextlib
import random
import time
from pathlib import Path

import pytest

from marketplace.local.ports import listens

PATIENCE = 10.0
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="only Linux shows its processes as files"
)


def alive() -> dict[int, tuple[int, int]]:
    """Return every living process with its parent and its group."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The program's name stands in parentheses and may contain anything.
            status, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
            if status != "Z":
                found[int(stat.parent.name)] = (int(parent), int(group))
    return found


def group_is_alive(group: int) -> bool:
    """Whether anybody of a process group lives."""
    return group in {its_group for _, its_group in alive().values()}


def descendants(ancestor: int) -> set[int]:
    """Return the children of a process, their children, and so on."""
    parents = {pid: parent for pid, (parent, _) in alive().items()}
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def free_port() -> int:
    """Return a port below the range from which the system takes ports for outgoing calls."""
    return next(port for port in random.sample(range(20_000, 32_000), 50) if not listens(port))


def eventually(condition, patience=PATIENCE):
    """Wait until something is so, and fail when it never is."""
    give_up_at = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < give_up_at, "it never happened"
        time.sleep(0.02)
