"""Measures how a job finds its experts, and how the finds are kept.

The match is the first part of the statement that ranks, `heard`, beside the same predicate over the
same alerts as columns in NumPy: bits for skills and levels, looked-up zones and words. The fan-out
is its last part, `kept`, beside the same rows into a table without keys or indexes, and beside
Django's `bulk_create`. All take turns; figures are medians.

    make bench-match SIZE=10000|100000|1000000
"""

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import geometric_mean, median
from typing import Any

from bench import people, performance
from bench.ledger import durable_database
from bench.search import install

SIZE = int(os.environ.get("BENCH_SIZE") or 100_000)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
JOBS = 40
FAN_OUT = min(SIZE, 50_000)
# One expert in so many has an alert of their own beside that of their profile.
WITH_ALERT = 10

ENTRIES = """
INSERT INTO jobs_alertentry (expert_id, skill_id, level, alert_id, rate_minor, zone, proven,
    signature, wanted, words, least_budget_minor, least_score, cadence)
SELECT * FROM jobs_alert_entries_of(ARRAY(
    SELECT id FROM experts_expert WHERE id >= %(first)s AND id < %(first)s + %(batch)s
))
"""
BARE = """
INSERT INTO bare (job_id, expert_id, ranking_id, score, reasons, inputs, algorithm, created_at,
    is_new, fits, due_at)
SELECT %(job)s, expert_id, %(ranking)s, score, reasons, inputs, %(algorithm)s, %(at)s, is_new,
    true, due_at
FROM found
"""
FOUND = ("score", "reasons", "inputs", "is_new", "due_at")


def main() -> None:
    """Start a database, make up experts and alerts, and let the sides take turns."""
    install()
    with durable_database() as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        prepare()
        report(matches(), fan_out())


def prepare() -> None:
    """Migrate, load the catalogue, make up experts, their alerts and the entries of both."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    people.fill(SIZE)
    make_alerts()
    make_entries(SIZE)


def make_entries(count: int) -> None:
    """Make the alert entries of so many made-up experts: they came while triggers were silent."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        for first in range(0, count, people.BATCH):
            cursor.execute(ENTRIES, {"first": people.BASE + first, "batch": people.BATCH})
            took = time.perf_counter() - began
            print(f"\rentries of {min(first + people.BATCH, count)} experts, {took:.0f} s", end="")
        print()
        cursor.execute("VACUUM ANALYZE jobs_alertentry")


def make_alerts() -> None:
    """Give some experts an alert of their own: a skill, words, a budget, a cadence."""
    from django.db import connection

    from experts.models import Skill
    from jobs.models import Alert

    dice = random.Random(people.SEED)  # noqa: S311 (no secret)
    skills = list(Skill.objects.badgeable().values_list("pk", flat=True))
    weights = people.zipf(len(skills))
    at = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    Alert.objects.bulk_create(
        (
            Alert(
                expert_id=people.BASE + number,
                name="Mine",
                wanted=dice.choices(skills, cum_weights=weights, k=dice.randint(0, 2)),
                words=" ".join(some_words(dice, dice.choice((0, 0, 1)))),
                least_budget_minor=dice.choice((0, 0, 2_000_00, 10_000_00)),
                cadence=dice.choice(("now", "daily", "weekly")),
                created_at=at,
            )
            for number in range(0, SIZE, WITH_ALERT)
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def some_words(dice: random.Random, count: int) -> list[str]:
    """Return some words, the commonest most often."""
    return dice.choices(people.VOCABULARY, cum_weights=people.COMMON, k=count)


def jobs() -> list[Any]:
    """Make jobs as different as clients are, with one to three must-haves."""
    from experts.models import Skill
    from jobs.models import Job, JobSkill
    from tests import factories

    dice = random.Random(people.SEED + 1)  # noqa: S311 (no secret)
    skills = list(Skill.objects.badgeable())
    client = factories.organisation(factories.user("Client"))
    made = []
    for number in range(JOBS):
        limit = int(dice.lognormvariate(4.7, 0.4)) * 100
        job = factories.job(
            client,
            title=f"Job {number}",
            scope=" ".join(some_words(dice, 120)),
            max_rate_minor=dice.choice((limit, limit, None)),
            budget_max_minor=(budget := dice.choice((1_000_00, 5_000_00, 20_000_00))),
            budget_min_minor=budget,
            shared_hours=dice.choice((0, 2, 4)),
            time_zone=dice.choice(people.ZONES),
        )
        asked = dict.fromkeys(dice.choices(skills, cum_weights=people.zipf(len(skills)), k=4))
        musts = dice.randint(1, 3)
        for place, skill in enumerate(asked):
            level = dice.choice((1, 1, 2, 3)) if place < musts else 1
            JobSkill.objects.create(job=job, skill=skill, is_must=place < musts, level=level)
        made.append(Job.objects.prefetch_related("skills__skill").get(pk=job.pk))
    return made


class Columns:
    """The other side: every alert as columns in memory."""

    def __init__(self) -> None:
        import numpy as np
        from django.db import connection

        from experts.models import Skill

        self.np = np
        self.bit = {
            pk: place for place, pk in enumerate(Skill.objects.values_list("pk", flat=True))
        }
        self.zones: dict[int, int] = {}
        self.words: dict[str, int] = {"": 0}
        levels: list[list[int]] = [[], [], []]
        wanted, rates, zones, words, budgets = [], [], [], [], []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT ON (expert_id, alert_id) proven, wanted, rate_minor, zone, words,"
                " least_budget_minor FROM jobs_alertentry"
            )
            for proven, wishes, rate, zone, word, budget in cursor:
                for level, masks in enumerate(levels, 1):
                    masks.append(self.mask(code // 4 for code in proven if code % 4 == level))
                wanted.append(self.mask(wishes or ()))
                rates.append(rate)
                zones.append(self.zones.setdefault(zone, len(self.zones)))
                said = (word or "").strip("'")
                words.append(self.words.setdefault(said, len(self.words)))
                budgets.append(budget or 0)
        self.levels = [np.array(masks, dtype=np.uint64) for masks in levels]
        self.wanted = np.array(wanted, dtype=np.uint64)
        self.rates = np.array(rates, dtype=np.int32)
        self.zone = np.array(zones, dtype=np.int16)
        self.word = np.array(words, dtype=np.int32)
        self.budgets = np.array(budgets, dtype=np.int64)

    def mask(self, skills: Any) -> int:
        """Return skills as bits."""
        return sum(1 << self.bit[skill] for skill in set(skills))

    def answer(self, asked: dict[str, Any], lexemes: set[str]) -> int:
        """Count the alerts that a job passes."""
        np = self.np
        fits = self.rates <= asked["limit"]
        for level, column in enumerate(self.levels, 1):
            required = self.mask(skill for skill, of in asked["required"] if of == level)
            if required:
                bits = np.uint64(required)
                fits &= (column & bits) == bits
        open_zones = np.zeros(len(self.zones), dtype=bool)
        open_zones[[self.zones[code] for code in asked["zones"] if code in self.zones]] = True
        fits &= open_zones[self.zone]
        fits &= (self.wanted == 0) | ((self.wanted & np.uint64(self.mask(asked["skills"]))) != 0)
        fits &= self.budgets <= asked["budget"]
        said = np.zeros(len(self.words), dtype=bool)
        said[[0, *(self.words[word] for word in lexemes if word in self.words)]] = True
        fits &= said[self.word]
        return int(np.count_nonzero(fits))


def matches() -> list[tuple[float, float]]:
    """Return (our seconds, NumPy's) of every job, medians of the rounds."""
    from django.db import connection

    from jobs.services import matching

    other, on = Columns(), datetime.now(UTC).date()
    statement = f"SELECT count(*) FROM ({matching.part('heard')}) AS heard WHERE is_wanted"  # noqa: S608
    asked, wrong, found = [], 0, []
    with connection.cursor() as cursor:
        # As in the whole statement: what writes has no helpers.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        for job in jobs():
            question = matching.question(job, matching.demand_of(job), on=on)
            cursor.execute("SELECT tsvector_to_array(to_tsvector('english', %(text)s))", question)
            lexemes = set(cursor.fetchone()[0])
            question["required"] = [
                (row.skill_id, row.level) for row in job.skills.all() if row.is_must
            ]
            asked.append((question, lexemes))
        times: list[tuple[list[float], list[float]]] = [([], []) for _ in asked]
        for number in range(ROUNDS + 1):
            for (question, lexemes), (ours, theirs) in zip(asked, times, strict=True):
                began = time.perf_counter()
                cursor.execute(statement, question)
                mine = cursor.fetchone()[0]
                between = time.perf_counter()
                total = other.answer(question, lexemes)
                ended = time.perf_counter()
                if number:  # the first round warms both
                    ours.append(between - began)
                    theirs.append(ended - between)
                else:
                    wrong += mine != total
                    found.append(mine)
    print(
        f"{len(other.rates)} alerts; a job passes {median(found):.0f} (median), {max(found)} (most)"
    )
    print(f"counts that differ from NumPy's: {wrong} of {len(asked)}")
    return [(median(ours), median(theirs)) for ours, theirs in times]


def fan_out() -> dict[str, float]:
    """Return the seconds of each way to keep the finds of a broad job, medians of the rounds."""
    from django.db import connection, transaction

    from jobs.models import Job, JobSkill, Match, Ranking
    from jobs.services import matching
    from tests import factories

    client = factories.organisation(factories.user("Broad"), name="Broad")
    rows: list[Any] = []
    times: dict[str, list[float]] = {"bare": [], "ours": [], "again": [], "bulk_create": []}

    def broad() -> dict[str, Any]:
        job = factories.job(client)
        ranking = Ranking.objects.create(
            job=job, algorithm="bench", ranked_on="2026-11-28", demand={}, created_at=AT
        )
        return {"job": job.pk, "ranking": ranking.pk, "algorithm": "bench", "at": AT}

    def django(given: dict[str, Any]) -> None:
        Match.objects.bulk_create(
            (
                Match(
                    job_id=given["job"],
                    ranking_id=given["ranking"],
                    algorithm="bench",
                    created_at=AT,
                    fits=True,
                    **row,
                )
                for row in rows
            ),
            ignore_conflicts=True,
        )

    def run(name: str, do: Callable[[], object]) -> None:
        began = time.perf_counter()
        with transaction.atomic():
            do()
        times[name].append(time.perf_counter() - began)

    # One real find, given to as many experts as the fan-out has.
    real = factories.job(client, shared_hours=0, time_zone="America/New_York")
    skill = Job.objects.exclude(pk=real.pk).filter(skills__isnull=False)[0].skills.all()[0].skill
    JobSkill.objects.create(job=real, skill=skill, is_must=True, level=1)
    began = time.perf_counter()
    count = matching.match(real.pk, at=AT)
    print(
        f"a broad job: {count} experts found, weighed and kept, {time.perf_counter() - began:.2f} s"
    )
    kept = matching.part("kept").replace("RETURNING 1", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE found AS SELECT expert.id AS expert_id, score, reasons, is_new,"
            " inputs, due_at FROM experts_expert AS expert,"
            " (SELECT * FROM jobs_match WHERE job_id = %s LIMIT 1) AS one"
            " ORDER BY random() LIMIT %s",
            [real.pk, FAN_OUT],
        )
        cursor.execute("CREATE TABLE bare (LIKE jobs_match)")
        cursor.execute("ALTER TABLE bare ALTER COLUMN id DROP NOT NULL")
        one = Match.objects.filter(job=real)[0]
        cursor.execute("SELECT expert_id FROM found")
        rows += [
            {
                "expert_id": key,
                **{name: getattr(one, name) for name in FOUND},
            }
            for (key,) in cursor.fetchall()
        ]
        for number in range(ROUNDS + 1):
            given = broad()
            run("bare", lambda given=given: cursor.execute(BARE, given))
            cursor.execute("TRUNCATE bare")
            run("ours", lambda given=given: cursor.execute(kept, given))
            run("again", lambda given=given: cursor.execute(kept, given))
            another = broad()
            run("bulk_create", lambda another=another: django(another))
            if number == 0:
                for each in times.values():
                    each.clear()
    assert Match.objects.filter(job=given["job"]).count() == FAN_OUT  # noqa: S101
    return {name: median(each) for name, each in times.items()}


AT = datetime.now(UTC)


def report(found: list[tuple[float, float]], kept: dict[str, float]) -> None:
    """Print the figures and the last line; keep them for `docs/performance.md`."""
    ratio = geometric_mean(ours / theirs for ours, theirs in found)
    ours, theirs = (median(side) * 1000 for side in zip(*found, strict=True))
    to_bare = kept["ours"] / kept["bare"]
    micro = {name: seconds / FAN_OUT * 1e6 for name, seconds in kept.items()}
    lines = [
        f"match: {ours:.2f} ms, NumPy {theirs:.2f} ms (medians of {JOBS} jobs)",
        f"fan-out of {FAN_OUT:,}: {micro['ours']:.1f} us a row, bare {micro['bare']:.1f}",
        f"the same again: {micro['again']:.1f} us a row, bulk_create {micro['bulk_create']:.1f}",
        f"bulk_create to fan-out: {kept['bulk_create'] / kept['ours']:.1f}",
        f"match to numpy: {ratio:.2f}; fanout to bare insert: {to_bare:.2f}",
    ]
    print("\n".join(lines))
    note = f"{SIZE:,} experts, one in {WITH_ALERT} with a second alert, medians of {ROUNDS} rounds:"
    performance.keep("match", SIZE, f"make bench-match SIZE={SIZE}", note, lines)


if __name__ == "__main__":
    main()
