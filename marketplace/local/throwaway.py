"""A PostgreSQL for one test run, which vanishes with the process that asked for it.

`python -m marketplace.local.throwaway` prints DATABASE_URL when the server answers, and ends when
its standard input does, which happens however the parent ends; then nothing of it is left. With
`durable` behind it, commits wait for the disk and it has more memory, as where speed is measured.
"""

import contextlib
import fcntl
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from marketplace.local.leash import leashed
from marketplace.local.postgres import Cluster, programs, server_user
from marketplace.local.state import OTHERS_MAY_PASS, State

# Nothing here outlives the run, so nothing needs to reach a disk.
CARELESS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("max_wal_size=4GB", "log_min_messages=panic"),
)
# What is measured has a quarter of a small server's memory, as PostgreSQL's manual begins with
# (19.4.1): the programs beside it have all of theirs in memory.
MEASURED = ("shared_buffers=1GB",)
PREFIX = "attest-test-"
PATIENCE = 30.0
"""Seconds that the server has to come up."""


def main() -> None:
    """Serve a fresh cluster until standard input ends."""
    sweep(Path(tempfile.gettempdir()))
    # Short and free of spaces, because sockets lie below it.
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(OTHERS_MAY_PASS)
    cluster = Cluster(
        programs=programs(State.for_this_checkout().programs),
        data=folder / "data",
        sockets=folder / "sockets",
    )
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            serve(cluster, *(MEASURED if "durable" in sys.argv else CARELESS))
    finally:
        shutil.rmtree(folder)


def sweep(folder: Path) -> None:
    """Remove what is left of those that were killed themselves before they could clean up."""
    for cluster in folder.glob(f"{PREFIX}*"):
        if _is_abandoned(cluster):
            shutil.rmtree(cluster, ignore_errors=True)


def _is_abandoned(cluster: Path) -> bool:
    """Whether nobody holds its lock, though its owner has had the time to take it."""
    with contextlib.suppress(OSError), (cluster / "lock").open() as lock:
        if time.time() - cluster.stat().st_mtime > PATIENCE:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def serve(cluster: Cluster, *options: str) -> None:
    """Run the server, say where it is, and stop it when standard input ends."""
    cluster.initialise("--no-sync")
    command = leashed(cluster.command(*options), with_signal=signal.SIGQUIT, user=server_user())
    with subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=sys.stderr) as server:
        try:
            wait_for(cluster, server)
            cluster.ensure_database()
            print(cluster.url, flush=True)
            sys.stdin.read()
        finally:
            server.send_signal(signal.SIGQUIT)


def wait_for(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers; its own words say why when it does not."""
    give_up_at = time.monotonic() + PATIENCE
    while not cluster.answers():
        if server.poll() is not None or time.monotonic() > give_up_at:
            sys.exit("PostgreSQL did not start.")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
