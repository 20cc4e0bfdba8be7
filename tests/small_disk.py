"""A disk that is soon full: some memory that is a file system of its own, for whoever runs a test.

It is mounted where nobody else sees it, in a namespace that a waiting process holds, and reached
through that process's files in /proc; neither takes any rights.
"""

import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HOLD = 'mount -t tmpfs -o "size=$1,mode=700" disk /mnt && echo ready && exec cat'
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


@contextmanager
def small_disk(kilobytes: int, *, owner: str | None = None) -> Iterator[Path]:
    """Give a folder on a disk with so much room, during the block.

    :param owner: whom root gives it to; nobody else can write there, root neither.
    """
    whose: dict[str, Any] = {}
    if owner:
        whose = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}
    try:
        holder = subprocess.Popen(
            [*NAMESPACE, "sh", "-c", HOLD, "sh", f"{kilobytes}k"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **whose,
        )
    except FileNotFoundError:
        pytest.skip("only Linux has namespaces")
    with holder:
        if holder.stdout.readline() != b"ready\n":
            pytest.skip("this machine lets nobody mount a disk of their own")
        yield Path("/proc", str(holder.pid), "root", "mnt")
        holder.stdin.close()
