"""Web processes are killed under sixteen people at work."""

import os
import signal
from pathlib import Path

import pytest

from tests.drills_faults.conftest import ONLY
from tests.local.processes import descendants, eventually, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

# Seconds until a new worker has read the site's code, on a machine that sixteen people keep busy.
STARTS_WITHIN = 120.0
WORKERS = 2
STARTED = "Started worker-"


class Web:
    """The web server of a site: it answers nobody itself, and replaces workers that die."""

    def __init__(self, run: Run) -> None:
        self.run, self.kills = run, 0
        self.server = run.part("web")

    def kill_one(self) -> None:
        """Kill the worker that has been there longest, once the one before is replaced.

        The server takes one that dies twice within six seconds for broken, and ends; the oldest
        is never the one that it has just started.
        """
        eventually(self._is_whole, STARTS_WITHIN)
        assert self.run.part("web") == self.server, "all workers went with one"
        os.kill(min(self._workers(), key=_began), signal.SIGKILL)
        self.kills += 1

    def _is_whole(self) -> bool:
        """Whether there are all workers, and each has said that it serves."""
        log = (self.run.state.logs / "web.log").read_text()
        return log.count(STARTED) >= WORKERS + self.kills and len(self._workers()) == WORKERS

    def _workers(self) -> set[int]:
        return descendants(self.run.part("web") or 0)


def _began(pid: int) -> int:
    """Return when a process began, in ticks since the machine did; numbers begin anew some day."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@pytest.mark.parametrize(
    "kills", [pytest.param(6, id="six times"), pytest.param(50, id="fifty times")]
)
def test_nothing_acknowledged_is_lost_when_workers_die(crowd, kills, record_property):
    web, waits = Web(crowd.run), []
    with crowd.at_work():
        for _ in range(kills):
            web.kill_one()
            waits.append(crowd.is_served())

    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    record_property(
        "figure",
        f"{kills} kills, {crowd.acknowledged} acknowledged, {crowd.told[0]} broken off, back"
        f" after {max(waits):.1f} s",
    )
