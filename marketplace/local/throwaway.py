"""A PostgreSQL for one test run, which vanishes with the process that asked for it.

`python -m marketplace.local.throwaway` prints DATABASE_URL when the server answers, and ends when
its standard input does, which happens however the parent ends; then nothing of it is left.
"""

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
PATIENCE = 30.0
"""Seconds that the server has to come up."""


def main() -> None:
    """Serve a fresh cluster until standard input ends."""
    # Short and free of spaces, because sockets lie below it.
    folder = Path(tempfile.mkdtemp(prefix="attest-test-"))
    folder.chmod(OTHERS_MAY_PASS)
    cluster = Cluster(
        programs=programs(State.for_this_checkout().programs),
        data=folder / "data",
        sockets=folder / "sockets",
    )
    try:
        serve(cluster)
    finally:
        shutil.rmtree(folder)


def serve(cluster: Cluster) -> None:
    """Run the server, say where it is, and stop it when standard input ends."""
    cluster.initialise("--no-sync")
    command = leashed(cluster.command(*CARELESS), with_signal=signal.SIGQUIT, user=server_user())
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
