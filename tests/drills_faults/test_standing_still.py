"""A process that stands still is not dead and answers nobody; nobody waits for it for ever."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drills_faults.conftest import ONLY
from tests.drills_faults.visitor import Visitor
from tests.local.processes import descendants, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

STANDS = 30.0
# The longest that anybody waits for a page that does not need what stands still.
LONGEST = 10.0
OTHERS = ("postgres", "worker", "beat", "stripe", "web")


@contextmanager
def standing_still(run: Run, part: str) -> Iterator[None]:
    """Stop a part and its children where they are, and let them go on after the block."""
    pid = run.part(part)
    assert pid
    family = [pid, *descendants(pid)]
    for member in family:
        os.kill(member, signal.SIGSTOP)
    try:
        yield
    finally:
        for member in family:
            os.kill(member, signal.SIGCONT)


def test_pages_go_on_without_a_valkey_that_hangs(crowd, record_property):
    stranger, waits = Visitor(f"http://localhost:{crowd.run.port}", ""), []
    with crowd.at_work():
        with standing_still(crowd.run, "valkey"):
            until = time.monotonic() + STANDS
            while time.monotonic() < until:
                began = time.monotonic()
                stranger.look("/jobs/")
                waits.append(time.monotonic() - began)
        crowd.is_served()

    assert max(waits) < LONGEST
    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    record_property("figure", f"{STANDS:.0f} s: longest wait for a page {max(waits):.1f} s")


def test_nothing_is_lost_while_each_part_in_turn_stands_still(crowd, record_property):
    with crowd.at_work():
        for part in OTHERS:
            with standing_still(crowd.run, part):
                time.sleep(STANDS)
            crowd.is_served()

    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    figure = f"{len(OTHERS)} parts, {STANDS:.0f} s each: {crowd.acknowledged} acknowledged"
    record_property("figure", figure)
