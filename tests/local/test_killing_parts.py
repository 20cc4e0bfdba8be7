"""The drill: a whole stack, whose parts are killed one by one, and in the end the runner itself."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from marketplace.local.ports import listens
from tests.local.processes import alive, descendants, eventually, needs_proc
from tests.local.run import PARTS, SLOW, Run

pytestmark = [needs_proc, pytest.mark.drills]


@pytest.fixture(scope="module")
def run(open_folder):
    """A stack for all tests that leave it running."""
    run = Run(open_folder / "shared")
    yield run
    run.end()


@pytest.fixture
def own_run(open_folder):
    """A stack for a test that ends it."""
    run = Run(open_folder / "own")
    yield run
    run.end()


def test_last_line_is_the_address(run):
    assert run.said.splitlines()[-1] == f"Attest is running at http://localhost:{run.port}"
    assert run.is_ready()


@pytest.mark.parametrize("name", PARTS)
def test_killed_part_comes_back(run, name):
    before = run.part(name)

    os.kill(before, signal.SIGKILL)

    eventually(lambda: run.part(name) not in {None, before}, SLOW)
    eventually(run.is_ready, SLOW)
    assert {part: run.part(part) for part in PARTS if not run.part(part)} == {}


def test_killed_worker_takes_tasks_again(run):
    log = run.state.logs / "worker.log"
    starts = log.read_text().count(" ready.")

    os.kill(run.part("worker"), signal.SIGKILL)

    eventually(lambda: log.read_text().count(" ready.") > starts, SLOW)


def test_what_was_written_survives_the_death_of_the_servers(run):
    run.sql("CREATE TABLE drill AS SELECT 1 AS kept")
    assert run.valkey("SET drill kept") == b"+OK\r\n"

    for server in ("postgres", "valkey"):
        os.kill(run.part(server), signal.SIGKILL)

    eventually(run.is_ready, SLOW)
    assert run.sql("SELECT kept FROM drill") == "1"
    assert run.valkey("GET drill") == b"$4\r\nkept\r\n"


def test_second_run_and_reset_are_refused_in_one_sentence(run):
    already = (
        f"Attest is already running at http://localhost:{run.port} (process {run.process.pid}); "
        "`make stop` ends it."
    )

    assert run.says("up") == (1, already)
    assert run.says("reset") == (1, already)


def test_taken_port_is_refused_in_one_sentence(run, open_folder):
    elsewhere = run.environment | {"ATTEST_STATE": str(open_folder / "other")}
    refusal = (
        f"Port {run.port} is taken by another program: choose another one, "
        f"for example `make run PORT={run.port + 1}`."
    )

    assert run.says("up", environment=elsewhere) == (1, refusal)


def test_only_the_site_and_the_stand_in_listen(run):
    processes = descendants(run.process.pid)
    inodes = {link for pid in processes for link in sockets_of(pid)}

    assert {port for inode, port in listening().items() if inode in inodes} == {
        run.port,
        run.stripe_port,
    }


def test_ctrl_c_leaves_nothing(own_run):
    family = descendants(own_run.process.pid)

    assert own_run.end() == 0

    assert not family & alive().keys()
    assert not own_run.state.sockets.exists()


def test_stop_from_another_terminal_waits_for_the_end(own_run):
    family = descendants(own_run.process.pid)

    assert own_run.says("stop") == (0, "Attest has stopped.")

    assert not family & alive().keys()


def test_killed_runner_leaves_nothing_and_the_next_start_has_the_data(own_run):
    own_run.sql("CREATE TABLE IF NOT EXISTS drill AS SELECT 1 AS kept")
    family = descendants(own_run.process.pid)

    own_run.process.kill()
    own_run.process.wait()

    eventually(lambda: not family & alive().keys())
    assert not listens(own_run.port)
    again = Run(own_run.state.root)
    assert again.sql("SELECT kept FROM drill") == "1"
    again.end()


def sockets_of(pid: int) -> set[str]:
    """Return the inodes of a process's sockets."""
    links = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.add(os.readlink(file))
    return {
        link.removeprefix("socket:[").removesuffix("]")
        for link in links
        if link.startswith("socket:[")
    }


def listening() -> dict[str, int]:
    """Return the port of every listening TCP socket of this machine, by its inode."""
    found = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                found[fields[9]] = int(fields[1].rpartition(":")[2], 16)
    return found
