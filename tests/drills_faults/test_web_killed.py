"""Web processes are killed under sixteen people at work."""

import os
import signal
import time
from itertools import cycle

import pytest

from tests.drills_faults.conftest import ONLY
from tests.local.processes import descendants, eventually, needs_proc
from tests.local.run import Run, command_of

pytestmark = [needs_proc, pytest.mark.drills]

# The server gives up a worker that dies twice within this many seconds, and its workers are two.
BETWEEN_KILLS = 3.5


def workers(run: Run) -> list[int]:
    """The processes that answer, oldest first; the one that started them answers nobody."""
    family = descendants(run.part("web") or 0)
    return sorted(pid for pid in family if "spawn_main" in command_of(pid))


@pytest.mark.parametrize(
    "kills", [pytest.param(6, id="six times"), pytest.param(50, id="fifty times")]
)
def test_nothing_acknowledged_is_lost_when_workers_die(crowd, kills, record_property):
    with crowd.at_work():
        for turn, _ in zip(cycle((0, 1)), range(kills), strict=False):
            eventually(lambda: len(workers(crowd.run)) == 2, 60)
            os.kill(workers(crowd.run)[turn], signal.SIGKILL)
            time.sleep(BETWEEN_KILLS)
            crowd.is_served()

    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    record_property(
        "figure", f"{kills} kills, {crowd.acknowledged} acknowledged, {crowd.told[0]} broken off"
    )
