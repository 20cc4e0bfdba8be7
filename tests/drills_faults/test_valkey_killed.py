"""Valkey is killed and emptied under sixteen people at work: they stay signed in and work on."""

import time

import pytest

from tests.drills_faults.conftest import ONLY
from tests.local.killer import Killer
from tests.local.processes import eventually, needs_proc

pytestmark = [needs_proc, pytest.mark.drills]


@pytest.mark.parametrize(
    "kills", [pytest.param(3, id="three times"), pytest.param(20, id="twenty times")]
)
def test_nobody_loses_work_or_session(crowd, kills, record_property):
    killer, waits = Killer(crowd.run), []
    with crowd.at_work():
        for _ in range(kills):
            killer.kill("valkey")
            eventually(lambda: crowd.run.part("valkey"), 60)
            waits.append(crowd.is_served())
            assert crowd.run.valkey("FLUSHDB") == b"+OK\r\n"
            time.sleep(1)

    # Whoever lost their session would have been led to the sign-in page, and never got on.
    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    record_property(
        "figure", f"{kills} kills, {crowd.acknowledged} acknowledged, back after {max(waits):.1f} s"
    )
