"""PostgreSQL is killed under sixteen people at work; what they were told is done is done, once."""

import time

import pytest

from tests.drills_faults.conftest import ONLY
from tests.local.killer import Killer
from tests.local.processes import eventually, needs_proc

pytestmark = [needs_proc, pytest.mark.drills]


@pytest.mark.parametrize(
    "kills", [pytest.param(3, id="three times"), pytest.param(20, id="twenty times")]
)
def test_nothing_acknowledged_is_lost_and_pages_come_back(crowd, kills, record_property):
    killer, waits = Killer(crowd.run), []
    with crowd.at_work():
        for _ in range(kills):
            killer.kill("postgres")
            eventually(lambda: crowd.run.part("postgres"), 60)
            waits.append(crowd.is_served())
            time.sleep(1)

    # Nobody saw a fault of ours: what is not a page is "come back", or no answer at all.
    assert set(crowd.told) <= ONLY
    assert crowd.told[503]
    crowd.nothing_is_lost_or_doubled()
    figure = f"{kills} kills, {crowd.acknowledged} acknowledged, back after {max(waits):.1f} s"
    record_property("figure", figure)
