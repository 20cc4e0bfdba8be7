"""A bad network to each server under sixteen people at work: nobody waits long, nothing doubles."""

import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest

from tests.drills_faults.conftest import ONLY
from tests.drills_faults.network import WEATHERS, Network, taking_the_place_of
from tests.drills_faults.visitor import NoAnswer, Visitor
from tests.local.processes import eventually, free_port, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

# Seconds: longer than a request waits, the longest that anybody waits, and until all is well again.
LASTS, LONGEST, WELL_WITHIN = 8.0, 10.0, 30.0
# A page for which no server is waited for, on a machine that sixteen people keep busy.
SOON = 2.0
# So many answers in a row come from every thread that keeps a connection.
IN_A_ROW = 32
HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = 'attest' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def to_stripe() -> Network:
    """Between the site and the stand-in for Stripe."""
    return Network(free_port(), free_port())


@pytest.fixture
def site(open_folder, to_stripe) -> Iterator[Run]:
    """A site that asks Stripe through it."""
    run = Run(
        open_folder / f"site-{to_stripe.place}",
        DEBUG="0",
        STRIPE_PORT=str(to_stripe.behind[0]),
        STRIPE_API_BASE=f"http://127.0.0.1:{to_stripe.place}",
    )
    yield run
    run.end()


@pytest.fixture
def networks(crowd, to_stripe) -> dict[str, Network]:
    """What lies between the site and each of its servers; whoever asks one already asks anew."""
    run, sockets = crowd.run, crowd.run.state.sockets
    found = {
        "postgres": taking_the_place_of(sockets / "postgres" / ".s.PGSQL.5432"),
        "valkey": taking_the_place_of(sockets / "valkey" / "valkey.sock"),
        "stripe": to_stripe,
    }
    run.sql(HANG_UP)
    run.valkey("CLIENT KILL TYPE normal")
    eventually(run.is_ready)
    return found


def looks(stranger: Visitor) -> list[float]:
    """Look at a page again and again while the network is bad; return the waits, in seconds."""
    waits, until = [], time.monotonic() + LASTS
    while time.monotonic() < until:
        began = time.monotonic()
        with suppress(NoAnswer):
            stranger.get("/jobs/")
        waits.append(time.monotonic() - began)
        time.sleep(0.2)
    return waits


def seconds_until_well(run: Run) -> float:
    """Wait until every thread answers; return how long that took."""
    began = time.monotonic()
    eventually(lambda: all(run.is_ready() for _ in range(IN_A_ROW)), WELL_WITHIN)
    return time.monotonic() - began


def test_nobody_waits_long_and_nothing_is_doubled(crowd, networks, record_property):
    stranger, backs = Visitor(f"http://localhost:{crowd.run.port}", ""), []
    with crowd.at_work():
        for server, weather in product(networks, WEATHERS):
            with networks[server].has(weather):
                waits = looks(stranger)
            backs.append(seconds_until_well(crowd.run))
            print(f"{server} {weather}: {crowd.longest:.1f} {backs[-1]:.1f}", flush=True)
            assert crowd.longest < LONGEST, (server, weather)
            # Who failed a moment ago is left alone: of all pages a few wait for it, and no more.
            assert server == "postgres" or statistics.median(waits) < SOON, (server, weather)
        crowd.is_served()

    assert set(crowd.told) <= ONLY
    crowd.nothing_is_lost_or_doubled()
    figure = f"longest wait {crowd.longest:.1f} s, all well after {max(backs):.1f} s"
    record_property("figure", f"{crowd.acknowledged} acknowledged, {figure}")
