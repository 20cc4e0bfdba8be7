"""Machines whose clocks are wrong: nothing ends early there, nothing late, and nothing is taken."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from contracts.models import Milestone, Offer
from contracts.services import milestones
from marketplace.kit import clock
from marketplace.local.state import CHECKOUT
from tests.contracts import agreed

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# As libfaketime writes them: by how much it is wrong, or what it shows to begin with. Berlin's
# clocks go back an hour at 01:00 UTC of 25 October 2026, and on at 01:00 UTC of 28 March 2027.
WRONG = ("-30d", "-1d", "-5m", "+5m", "+1d")
SHOWS = ("@2026-10-25 01:59:59", "@2027-03-28 01:59:59", "@2038-01-20 00:00:00")
RIGHT = "+0"
AN_HOUR = timedelta(hours=1)


class Machine:
    """A process of ours on a machine whose clock is set while it runs (set_clock.py)."""

    def __init__(self, folder: Path) -> None:
        self.dial = folder / "dial"
        self.dial.write_text(RIGHT)
        place = connection.settings_dict
        where = quote(place["HOST"], safe="/")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.contracts.set_clock"],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "DATABASE_URL": f"postgres://{place['USER']}@/{place['NAME']}?host={where}",
                "STRIPE_WEBHOOK_SECRETS_PLATFORM": "whsec_platform",
                "LD_PRELOAD": str(LIBRARY),
                "FAKETIME_TIMESTAMP_FILE": str(self.dial),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "TZ": "Europe/Berlin",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def works(self, reading: str) -> dict[str, Any]:
        """Set its clock, have it work through every deadline, and return what it saw."""
        self.dial.write_text(reading)
        self.process.stdin.write("work\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture
def machine(tmp_path):
    if LIBRARY is None:
        pytest.skip("libfaketime is not on this machine: apt-get install libfaketime")
    machine = Machine(tmp_path)
    yield machine
    machine.process.kill()
    machine.process.communicate()


@pytest.fixture
def leap(monkeypatch):
    """Have the clock of this machine leap; the one that counts seconds goes on."""
    right = time.time

    def leap(by: float) -> None:
        monkeypatch.setattr(clock.time, "time", lambda: right() + by)

    yield leap
    monkeypatch.undo()
    clock.agreement.compare()


def unanswered(milestone: Milestone, pay, *, until: timedelta) -> Milestone:
    """Have work of a milestone wait for an answer that is due so long from now."""
    at = clock.now() + until - timedelta(days=milestone.contract.review_window_days)
    pay(milestone, at=at)
    by = milestone.contract.expert.user
    milestones.submit(milestone, **agreed.work(milestone.contract), by=by, at=at)
    return milestone


@pytest.mark.drills
@pytest.mark.django_db(transaction=True)
def test_nothing_ends_early_or_late_and_nothing_is_taken(
    contract, offer, pay, machine, record_property
):
    first, second = contract.milestones.order_by("position")
    unanswered(first, pay, until=-AN_HOUR)
    unanswered(second, pay, until=AN_HOUR)
    Offer.objects.filter(pk=offer.pk).update(expires_at=clock.now() + AN_HOUR)

    for reading in (*WRONG, *SHOWS):
        seen = machine.works(reading)

        assert abs(seen["clock"] - time.time()) > clock.TOLERATED, reading
        # Money that is due goes, by the database's clock, and no other does.
        assert first.releases.count() == 1, reading
        assert second.releases.count() == 0, reading
        assert Offer.objects.get(pk=offer.pk).status == offer.status, reading
        # Neither a password nor a code, old or new, nor news of money is looked at.
        assert set(seen["doors"]) == {503}, reading
        assert (seen["reads"], seen["ready"]) == (200, 503), reading

    seen = machine.works(RIGHT)
    assert 503 not in seen["doors"]
    assert seen["ready"] == 200
    Offer.objects.filter(pk=offer.pk).update(expires_at=clock.now())
    machine.works("-30d")
    assert Offer.objects.get(pk=offer.pk).status == Offer.Status.EXPIRED
    record_property("figure", f"{len(WRONG) + len(SHOWS)} clocks, one living process")


@pytest.mark.django_db
def test_a_process_whose_clock_leapt_takes_nothing_until_it_is_right_again(leap, caplog):
    person = Client()
    leap(clock.TOLERATED + 1)

    answer = person.post("/accounts/login/", {"login": "x", "password": "x"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert person.get("/accounts/login/").status_code == 200
    assert person.get("/readyz").status_code == 503
    assert "clock.wrong" in caplog.text
    leap(0)
    assert person.post("/accounts/login/", {"login": "x", "password": "x"}).status_code == 200
    assert person.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_small_leap_is_looked_into_once_and_stays(leap, django_assert_num_queries):
    leap(clock.TOLERATED / 2)

    with django_assert_num_queries(1):
        assert clock.agreement.is_right()
        assert clock.agreement.is_right()
