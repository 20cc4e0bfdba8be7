"""The drill of docs/runbooks/restore.md: the database of the second before a mistake."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketplace.local.leash import leashed
from marketplace.local.postgres import Cluster, programs, server_user
from marketplace.local.state import OTHERS_MAY_PASS, State, private_folder
from marketplace.local.throwaway import wait_for

pytestmark = pytest.mark.drills

ROWS = 20_000


def test_a_table_that_was_dropped_is_back_as_it_was(open_folder):
    found, wanted = after_the_mistake(open_folder / "whole")

    with served(found, *wanted):
        assert sql(found, "SELECT count(*), sum(n) FROM kept") == f"{ROWS}|{ROWS * (ROWS + 1) // 2}"


def test_a_log_with_a_file_lost_says_so_instead_of_giving_half(open_folder):
    found, wanted = after_the_mistake(open_folder / "torn")
    first, *_ = sorted(file for file in archive_of(open_folder / "torn") if file.suffix == "")
    first.unlink()

    with pytest.raises(SystemExit, match="did not start"), served(found, *wanted):
        pass


def after_the_mistake(folder: Path) -> tuple[Cluster, tuple[str, ...]]:
    """Write a table, drop it, and return a backup from before both with how to recover it.

    Its log lies in the archive: what was written, the moment asked for, and the mistake.
    """
    private_folder(folder, mode=OTHERS_MAY_PASS)
    archive = folder / "archive"
    private_folder(archive, owner=server_user())
    keeping = ("archive_mode=on", f'archive_command=cp "%p" "{archive}/%f"', "wal_level=replica")
    lost, found = cluster_in(folder / "lost"), cluster_in(folder / "found")
    lost.initialise()
    with served(lost, *keeping):
        base_backup(lost, to=found.data)
        for file in archive_of(folder):
            file.unlink()
        # All of it after the backup, so that only the log knows of it.
        sql(lost, f"CREATE TABLE kept AS SELECT generate_series(1, {ROWS}) AS n")
        time.sleep(1)
        moment = sql(lost, "SELECT clock_timestamp()")
        time.sleep(1)
        sql(lost, "SELECT pg_switch_wal()")
        sql(lost, "DROP TABLE kept")
        sql(lost, "SELECT pg_switch_wal()")
        until_archived(lost)
    (found.data / "recovery.signal").touch()
    return found, (
        f'restore_command=cp "{archive}/%f" "%p"',
        f"recovery_target_time={moment}",
        "recovery_target_action=promote",
        # Nobody reads what is half recovered.
        "hot_standby=off",
    )


def archive_of(folder: Path) -> list[Path]:
    """Return the files of the log that were kept."""
    return list((folder / "archive").iterdir())


def cluster_in(folder: Path) -> Cluster:
    private_folder(folder, owner=server_user())
    copies = programs(State.for_this_checkout().programs)
    return Cluster(programs=copies, data=folder / "data", sockets=Path(f"{folder}-sockets"))


@contextmanager
def served(cluster: Cluster, *options: str) -> Iterator[None]:
    """Run a server until the block ends, and let it finish what it writes."""
    private_folder(cluster.sockets, owner=server_user())
    command = leashed(cluster.command(*options), with_signal=signal.SIGQUIT, user=server_user())
    with subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=sys.stderr) as server:
        try:
            wait_for(cluster, server)
            yield
        finally:
            server.send_signal(signal.SIGINT)


def base_backup(cluster: Cluster, *, to: Path) -> None:
    """Copy the files of a running cluster, as its own user."""
    command: list[str | Path] = [
        cluster.programs / "pg_basebackup",
        *("-h", cluster.sockets, "-U", "attest", "-D", to, "--checkpoint=fast"),
    ]
    done = subprocess.run(
        leashed(command, with_signal=signal.SIGKILL, user=server_user()), cwd="/", check=False
    )
    assert done.returncode == 0


def sql(cluster: Cluster, statement: str) -> str:
    command: list[str | Path] = [
        *(cluster.programs / "psql", "-XAtq", "-h", cluster.sockets),
        *("-U", "attest", "-d", "postgres", "-c", statement),
    ]
    return subprocess.check_output(command, encoding="utf-8").strip()


def until_archived(cluster: Cluster) -> None:
    give_up_at = time.monotonic() + 30
    waiting = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"
    while sql(cluster, waiting) != "0":
        assert time.monotonic() < give_up_at, "the log was not kept"
        time.sleep(0.1)
