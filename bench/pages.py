"""Measures the public pages beside the same pages from raw psycopg and string joins.

Both are served by granian, one worker with one thread each, with one database. Visitors ask for
twenty addresses of each kind in turn, without compression; the two sides take turns of a few
seconds, and a figure is the median of the rounds. "Seen" are addresses that were asked for before,
as the first pages of a site are; "unseen" are questions nobody asked yet, of which ours has to
find, count and render all but the rows of people it has shown. The last line is of the seen.

    make bench-pages SIZE=10000|100000|1000000
"""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median

from bench import people, performance
from bench.ledger import durable_database

SIZE = int(os.environ.get("BENCH_SIZE") or 10_000)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "1.5"))
EACH = 20
"""Addresses of each kind."""
# One open job to so many experts.
EXPERTS_A_JOB = 20
FEWEST_JOBS = 200
PATIENCE = 60
KINDS = ("search", "board", "profile", "job")

EVIDENCE = """
INSERT INTO experts_evidence SELECT row.* FROM experts_evidence AS template,
    experts_application AS held, LATERAL jsonb_populate_record(template, jsonb_build_object(
        'id', held.id, 'application_id', held.id,
        'public_id', 'evd_' || lpad(held.id::text, 12, '0')
    )) AS row WHERE template.id = %s AND held.id >= %s
"""


class Server:
    """A site under granian, and a connection to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = socket.create_connection(("127.0.0.1", port))

    def get(self, address: str, *headers: str) -> tuple[int, bytes]:
        """Return status and content of a page."""
        lines = (f"GET {address} HTTP/1.1", f"Host: localhost:{self.port}", *headers, "", "")
        self.connection.sendall("\r\n".join(lines).encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._received()
        head, content = got.split(b"\r\n\r\n", 1)
        length = head.lower().partition(b"content-length: ")[2].split(b"\r")[0]
        while len(content) < int(length or 0):
            content += self._received()
        return int(head.split(b" ", 2)[1]), content

    def _received(self) -> bytes:
        # A server that sends head and body apart would wait 40 ms for us to say that the head came.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return self.connection.recv(262_144)

    def per_second(self, addresses: Iterator[str]) -> float:
        """Return how many of these pages it answers in a second, one after the other."""
        began, count = time.perf_counter(), 0
        while (took := time.perf_counter() - began) < SECONDS:
            status, _content = self.get(next(addresses))
            assert status == 200, status  # noqa: S101, PLR2004
            count += 1
        return count / took


def main() -> None:
    """Start a database, make up experts and jobs, serve both sides, and let them take turns."""
    with durable_database() as url, tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        os.environ |= {"DEBUG": "no", "RAW_FRAMES": folder}
        seen = prepare()
        with served("marketplace.wsgi:application") as ours:
            for kind in KINDS:
                _status, page = ours.get(seen[kind][0])
                (Path(folder) / f"{kind}.html").write_bytes(page)
            with served("bench.raw_pages:application") as raw:
                report(seen, ours, raw)


def prepare() -> dict[str, list[str]]:
    """Migrate, make up experts and jobs; return addresses of each kind of page."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from experts.models import Expert, Skill
    from experts.services import search_documents, search_sets
    from jobs.models import Job
    from tests import factories

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    people.fill(SIZE)
    template = factories.application(Expert.objects.order_by("pk")[0], factories.skill("evals"))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(EVIDENCE, [template.evidence.order_by("pk")[0].pk, people.BASE])
        cursor.execute("SET session_replication_role = origin")
    search_documents.rebuild(at=datetime.now(UTC))
    search_sets.gather(at=datetime.now(UTC))
    make_jobs(max(SIZE // EXPERTS_A_JOB, FEWEST_JOBS))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    skills = list(Skill.objects.badgeable().values_list("slug", flat=True)[:EACH])
    words = people.VOCABULARY
    slugs = Expert.objects.filter(pk__gte=people.BASE).values_list("slug", flat=True)[:EACH]
    return {
        "search": [
            "/experts/",
            *(f"/experts/?skill={slug}" for slug in skills[:8]),
            *(f"/experts/?q={word}" for word in words[20:26]),
            *(f"/experts/?rate_max={rate}" for rate in range(60, 110, 10)),
        ],
        "board": [
            "/jobs/",
            *(f"/jobs/?skills={slug}" for slug in skills[:12]),
            *(f"/jobs/?q={word}" for word in words[20:27]),
        ],
        "profile": [f"/experts/{slug}/" for slug in slugs],
        "job": [
            f"/jobs/{public_id}/"
            for public_id in Job.objects.values_list("public_id", flat=True)[:EACH]
        ],
    }


def make_jobs(count: int) -> None:
    """Make up so many open jobs of fifty clients, with one to three must-haves and two checks."""
    from experts.models import Skill
    from jobs.models import Job, JobCheck, JobSkill, PlannedMilestone
    from tests import factories

    dice = random.Random(people.SEED)  # noqa: S311 (no secret)
    skills = list(Skill.objects.badgeable().values_list("pk", flat=True))
    clients = [
        factories.organisation(factories.user(f"Client {n}"), f"Client {n}") for n in range(50)
    ]
    at = datetime.now(UTC)
    like = factories.job(clients[0])
    jobs = Job.objects.bulk_create(
        Job(
            organisation=client, posted_by_id=like.posted_by_id, use_case_id=like.use_case_id,
            title=" ".join(dice.choices(people.VOCABULARY, k=6)),
            scope=" ".join(dice.choices(people.VOCABULARY, cum_weights=people.COMMON, k=120)),
            languages=["en"], created_at=at, acted_at=at, matched_at=at, status="open",
            published_at=at - timedelta(minutes=number),
            budget_min_minor=5_000_00, budget_max_minor=9_000_00,
        )
        for number, client in zip(range(count), cycle(clients))
    )  # fmt: skip
    JobSkill.objects.bulk_create(
        JobSkill(job=job, skill_id=skill, is_must=True, level=dice.randint(1, 3))
        for job in jobs
        for skill in set(dice.choices(skills, cum_weights=people.zipf(len(skills)), k=3))
    )
    JobCheck.objects.bulk_create(
        JobCheck(job=job, position=n, metric="Right answers", comparator=">=", target="95")
        for job in jobs
        for n in (1, 2)
    )
    PlannedMilestone.objects.bulk_create(
        PlannedMilestone(job=job, position=n, title="A part of it", share_percent=50)
        for job in jobs
        for n in (1, 2)
    )


@contextmanager
def served(application: str) -> Iterator[Server]:
    """Serve an application by one granian worker with one thread."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--no-ws",
        "--port",
        str(port),
    ]
    options = ["--host", "127.0.0.1", "--workers", "1", "--blocking-threads", "1"]
    with subprocess.Popen(
        [*command, *options, "--log-level", "warning", application], stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield wait_for(port)
        finally:
            process.terminate()


def wait_for(port: int) -> Server:
    """Return a connection to the server as soon as it takes one."""
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            return Server(port)
        except ConnectionRefusedError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)


def report(seen: dict[str, list[str]], ours: Server, raw: Server) -> None:
    """Let the sides take turns; print and keep what each did in a second."""
    lines, ratios = [], []
    for kind in KINDS:
        for address in seen[kind]:
            ours.get(address)
        line, ratio = compare(kind, ours, raw, (cycle(seen[kind]), cycle(seen[kind])))
        lines.append(line)
        ratios.append(f"{kind} {ratio:.2f}")
    for kind, address in (("search", "/experts/?rate_max={}"), ("board", "/jobs/?budget={}")):
        turns = (map(address.format, range(1_000, 10**6)), map(address.format, range(1_000, 10**6)))
        line, _ratio = compare(f"{kind}, unseen", ours, raw, turns)
        lines.append(line)
    lines += [again(seen["search"][0], ours), f"pages to raw: {', '.join(ratios)}"]
    print("\n".join(lines[-2:]))
    jobs = max(SIZE // EXPERTS_A_JOB, FEWEST_JOBS)
    note = f"{SIZE:,} experts, {jobs:,} jobs, medians of {ROUNDS} rounds:"
    performance.keep("pages", SIZE, f"make bench-pages SIZE={SIZE}", note, lines)


def compare(
    name: str, ours: Server, raw: Server, turns: tuple[Iterator[str], Iterator[str]]
) -> tuple[str, float]:
    """Return in a line what both do in a second of these addresses, and the ratio of medians."""
    sizes = [len(side.get(next(each))[1]) for side, each in zip((ours, raw), turns, strict=True)]
    mine, theirs = [], []
    for number in range(ROUNDS + 1):
        each = ours.per_second(turns[0]), raw.per_second(turns[1])
        if number:  # the first warms both
            mine.append(each[0])
            theirs.append(each[1])
    ratio = median(mine) / median(theirs)
    line = (
        f"{name}: {median(mine):.0f}/s of {sizes[0] / 1000:.0f} kB, raw {median(theirs):.0f}/s of"
        f" {sizes[1] / 1000:.0f} kB, ratio {ratio:.2f}"
    )
    print(line, flush=True)
    return line, ratio


def again(address: str, ours: Server) -> str:
    """Return what a second holds of answers that a page has not changed."""
    name = header(ours, address)
    began, count = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < SECONDS:
        status, _content = ours.get(address, f"If-None-Match: {name}")
        assert status == 304, status  # noqa: S101, PLR2004
        count += 1
    return f"search, not modified: {count / took:.0f}/s"


def header(server: Server, address: str) -> str:
    """Return the ETag of a page."""
    from urllib.request import urlopen

    with urlopen(f"http://localhost:{server.port}{address}") as answer:
        return str(answer.headers["ETag"])


if __name__ == "__main__":
    main()
