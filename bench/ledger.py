"""Measures postings per second of one release beside pgbench's TPC-B, on the same server.

The server is durable: commits wait for the disk. Rounds of pgbench and of postings alternate, so
that whatever else the machine does falls on both; figures are medians of the rounds. A release is
`ledger.post` with the five accounts of a real one, by processes that each hold contracts of their
own; a second row shows what one hot account per pot would cost. The last line is the ratio.
"""

import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from statistics import median
from urllib.parse import parse_qs, urlsplit

from marketplace.local.postgres import DATABASE, ROLE, programs
from marketplace.local.state import State

CLIENTS = (2, 8)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
CONTRACTS = 64
# pgbench's own advice: at least as many branches as clients, or it measures one hot row.
SCALE = 32


def main() -> None:
    """Start a database, fill both sides, and let them run in turns."""
    with durable_database() as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        pgbench(url, "-i", "-q", "-s", str(SCALE))
        fill()
        ratios = [compare(url, clients) for clients in CLIENTS]
    print(
        "ledger to tpcb: "
        + ", ".join(
            f"{ratio:.2f} at {clients} clients"
            for ratio, clients in zip(ratios, CLIENTS, strict=True)
        )
    )


@contextmanager
def durable_database() -> Iterator[str]:
    """Serve a PostgreSQL that keeps what it acknowledges and vanishes with us."""
    command = [sys.executable, "-m", "marketplace.local.throwaway", "durable"]
    with subprocess.Popen(
        command, encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout  # noqa: S101 (a pipe, as asked)
        try:
            yield server.stdout.readline().strip()
        finally:
            server.communicate()


def compare(url: str, clients: int) -> float:
    """Print what each did per second, and return our share of TPC-B."""
    tpcb, spread, hot = [], [], []
    for _ in range(ROUNDS):
        tpcb.append(tpcb_per_second(url, clients))
        spread.append(postings_per_second(clients))
        hot.append(postings_per_second(clients, shards=1))
    print(
        f"{clients} clients: TPC-B {median(tpcb):.0f}/s, postings {median(spread):.0f}/s, "
        f"with one account per pot {median(hot):.0f}/s",
        flush=True,
    )
    return median(spread) / median(tpcb)


def tpcb_per_second(url: str, clients: int) -> float:
    """Let pgbench run its built-in script."""
    said = pgbench(url, "-n", "-c", str(clients), "-j", str(clients), "-T", str(SECONDS))
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    assert found, said  # noqa: S101
    return float(found[1])


def pgbench(url: str, *options: str) -> str:
    """Run pgbench on the database and return what it says."""
    sockets = parse_qs(urlsplit(url).query)["host"][0]
    program = programs(State.for_this_checkout().programs) / "pgbench"
    done = subprocess.run(
        [program, "-h", sockets, "-U", ROLE, *options, DATABASE],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    return done.stdout


def postings_per_second(clients: int, shards: int | None = None) -> float:
    """Let that many processes post releases at the same time."""
    context = multiprocessing.get_context("fork")
    start = context.Barrier(clients)
    with context.Pool(clients, initializer=connect_anew, initargs=(start, shards)) as pool:
        jobs = [(number, clients, time.time_ns()) for number in range(clients)]
        return sum(pool.starmap(post_releases, jobs, chunksize=1))


def connect_anew(barrier: Barrier, shards: int | None) -> None:
    """Forget the parent's connection, whose socket this process shares after the fork."""
    from django.db import connection

    from contracts.services import ledger

    global start  # noqa: PLW0603 - one per process
    start = barrier
    connection.connection = None
    if shards:
        ledger.SHARDS = shards


start: Barrier


def post_releases(number: int, clients: int, run: int) -> float:
    """Post releases of our own contracts for a while, and return how many there were a second."""
    from contracts.models import LedgerTransaction, Milestone
    from contracts.services import ledger
    from marketplace.kit.money import Money

    rows = Milestone.objects.select_related("contract__expert").order_by("pk")
    mine = [row for row in rows if row.pk % clients == number]
    usd = [Money(minor, "usd") for minor in (100, 5, 94, 11)]
    start.wait()
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        milestone = mine[count % len(mine)]
        ledger.post(
            LedgerTransaction.Kind.RELEASE,
            f"release:{run}:{number}:{count}",
            [
                ledger.debit(ledger.escrow(milestone), usd[0]),
                ledger.debit(ledger.fee_deferred(milestone), usd[1]),
                ledger.credit(ledger.payable(milestone.contract.expert, "usd"), usd[2]),
                ledger.credit(ledger.fee_revenue("usd"), usd[3]),
            ],
            contract=milestone.contract,
            at=datetime.now(UTC),
        )
        count += 1
    return count / (time.perf_counter() - began)


def fill() -> None:
    """Add contracts whose milestones hold more than will be released."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from contracts.models import LedgerTransaction
    from contracts.services import ledger
    from marketplace.kit.money import Money
    from tests import factories

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    held, fees = Money(10**12, "usd"), Money(10**11, "usd")
    client = factories.organisation(factories.user("Client"))
    for number in range(CONTRACTS):
        expert = factories.expert(factories.user(f"Expert {number}"))
        contract = factories.contract(client, expert)
        milestone = contract.milestones.get()
        ledger.post(
            LedgerTransaction.Kind.FUND,
            f"fund:{number}",
            [
                ledger.debit(ledger.stripe("usd"), held + fees),
                ledger.credit(ledger.escrow(milestone), held),
                ledger.credit(ledger.fee_deferred(milestone), fees),
            ],
            contract=contract,
            at=datetime.now(UTC),
        )
    connection.close()


if __name__ == "__main__":
    main()
