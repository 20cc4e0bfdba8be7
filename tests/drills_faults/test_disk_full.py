"""PostgreSQL's disk is full under sixteen people at work: they read on, and wait to write."""

import secrets
import shutil
import signal
import string
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketplace.local.leash import leashed
from marketplace.local.postgres import server_user
from marketplace.local.stack import Stack
from marketplace.local.state import State
from tests.drills_faults.conftest import ONLY
from tests.drills_faults.visitor import NoAnswer, Visitor
from tests.local.processes import eventually, needs_proc
from tests.local.run import Run
from tests.small_disk import small_disk

pytestmark = [needs_proc, pytest.mark.drills]

ROOM, STANDS, LONGEST = 400 * 1024, 20.0, 10.0
# A server that has run for a while keeps old parts of its log, and writes the next into them.
OLD_PARTS_OF_THE_LOG = 4
# What cannot be packed, and fits into no page that is half full.
LONG, LETTERS = 3_800, f"{string.ascii_letters}    "
READ = ("/jobs/", "/experts/", "/home/", "/contracts/", "/proposals/")


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small one that belongs to the user PostgreSQL runs as."""
    with small_disk(ROOM, owner=server_user()) as folder:
        yield folder


@pytest.fixture
def site(open_folder, disk) -> Iterator[Run]:
    """A site whose database lies on that disk."""
    state = State(open_folder / "on-a-small-disk")
    state.prepare()
    cluster = Stack(state, {}).cluster
    cluster.initialise()
    as_postgres("cp", "-a", cluster.data, disk / "postgres")
    shutil.rmtree(cluster.data)
    cluster.data.symlink_to(disk / "postgres")
    run = Run(state.root, DEBUG="0")
    for _ in range(OLD_PARTS_OF_THE_LOG):
        run.sql("SELECT pg_switch_wal()")
        run.sql("CHECKPOINT")
    yield run
    run.end()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Leave not a byte on a disk during the block."""
    filler = disk / "filler"
    as_postgres("sh", "-c", 'cat /dev/zero > "$0" 2>&1 || true', filler)
    try:
        yield
    finally:
        filler.unlink()


def as_postgres(program: str, *arguments: str | Path) -> None:
    """Run a program as whoever owns the disk."""
    command = [shutil.which(program) or program, *arguments]
    run_as = leashed(command, with_signal=signal.SIGKILL, user=server_user())
    subprocess.run(run_as, cwd="/", check=True)


def beside(someone: Visitor) -> Visitor:
    """Return the same person in another browser."""
    same = Visitor(someone.address, someone.email)
    same.sign_in()
    return same


def is_asked_to_come_back(someone: Visitor, talk: str) -> bool:
    """Write something long; whether the answer is the page that says so."""
    words = "".join(secrets.choice(LETTERS) for _ in range(LONG))
    try:
        someone.press(someone.look(talk).form("/messages/"), text=words)
    except NoAnswer as refusal:
        return "Back in a moment" in str(refusal)
    return False


def longest_look(someone: Visitor, pages: tuple[str, ...]) -> float:
    """Read pages while nobody can write; return the longest wait for one, in seconds."""
    waits, until = [], time.monotonic() + STANDS
    while time.monotonic() < until:
        for page in pages:
            began = time.monotonic()
            someone.look(page)
            waits.append(time.monotonic() - began)
    return max(waits)


def test_people_read_on_and_nothing_is_lost(crowd, disk, record_property):
    pair = crowd.pairs[0]
    writer, reader = beside(pair.client), beside(pair.expert)
    talk = f"/proposals/{pair.proposals[-1]}/messages/"
    writer.press(writer.look(talk).form("/messages/"), text="Nobody has read this.")
    with crowd.at_work():
        with full(disk):
            eventually(lambda: is_asked_to_come_back(writer, talk), STANDS)
            longest = longest_look(reader, (*READ, talk))
        back = crowd.is_served()

    assert longest < LONGEST
    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    figure = f"{crowd.acknowledged} acknowledged, longest look {longest:.1f} s, back {back:.1f} s"
    record_property("figure", figure)
