"""Web processes are killed, and renewed as a new version is, under sixteen people at work."""

import os
import signal
import time
from contextlib import suppress
from itertools import cycle
from threading import Thread

import pytest

from tests.drills_faults.conftest import ONLY
from tests.drills_faults.visitor import NoAnswer, Visitor
from tests.local.processes import descendants, eventually, needs_proc
from tests.local.run import Run, command_of

pytestmark = [needs_proc, pytest.mark.drills]

# The server gives up a worker that dies twice within this many seconds, and its workers are two.
BETWEEN_KILLS = 3.5


class Asker(Thread):
    """Somebody who opens one public page after the other."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.visitor, self.has_enough = Visitor(address, ""), False

    def run(self) -> None:
        """Ask until it is enough; whatever is no page is in what they were told."""
        while not self.has_enough:
            with suppress(NoAnswer):
                self.visitor.get("/fees/")

    @property
    def told(self) -> dict[int, int]:
        """How often they were told what."""
        return dict(self.visitor.told)

    @property
    def asked(self) -> int:
        """How often they asked."""
        return sum(self.told.values())


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


@pytest.mark.parametrize(
    "requests", [pytest.param(1_000, id="1000"), pytest.param(10_000, id="10000")]
)
def test_a_new_version_goes_in_and_nobody_is_turned_away(site, requests, record_property):
    renewals = 0
    people = [Asker(f"http://localhost:{site.port}") for _ in range(3)]
    for person in people:
        person.start()
    while sum(person.asked for person in people) < requests:
        before = workers(site)
        os.kill(site.part("web"), signal.SIGHUP)
        eventually(lambda before=before: not set(before) & set(workers(site)), 60)
        renewals += 1
        time.sleep(1)
    for person in people:
        person.has_enough = True
        person.join(60)

    asked = sum(person.asked for person in people)
    assert {
        status: n for person in people for status, n in person.told.items() if status != 200
    } == {}
    record_property("figure", f"{renewals} renewals, 0 of {asked} requests failed")
