"""Measures whether the match finds who truly fits, beside BM25 (tantivy) and Postgres' text rank.

Experts and jobs are made from hidden true skills. Experts write of what they can in one of several
words for it, and of some things they cannot; most of what they can is proven by a badge. Clients
describe what they need in words of their own, and tick most of it in the form. Only the measurement
knows who truly fits: how much of the need is met, and at which level. All three sides leave out
whoever is too expensive or too far away, so what is compared is the order.

The weights were chosen with the first seed; the last line is of the second, which they never saw.

    make bench-relevance SIZE=2000
"""

import math
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean
from typing import Any

from bench import people, performance, plain_words
from bench.ledger import durable_database
from bench.search import install

EXPERTS = int(os.environ.get("BENCH_SIZE") or 2_000)
JOBS = 100
SKILLS = 30
SYNONYMS = 5
TOP = 10
TUNED_ON, HELD_OUT = 6, 28
TODAY = date(2026, 11, 28)
KINDS = 10
"""Kinds of work; each usually takes three skills."""


@dataclass(frozen=True)
class Person:
    """An expert: what they can, what is proven of it, what they wrote, their terms."""

    can: dict[int, int]
    badges: dict[int, tuple[int, date]]
    text: str
    rate: int
    shared_hours: int
    hours: int
    away: int
    dated: int
    on_time: int


@dataclass(frozen=True)
class Need:
    """A job: what it takes, what was ticked of it (skill, level, is must), its words and terms."""

    takes: dict[int, int]
    ticked: list[tuple[int, int, bool]]
    kind: list[int]
    text: str
    limit: int
    shared_hours: int

    def lets_in(self, person: Person) -> bool:
        """Whether rate and hours suit, which every side knows."""
        return person.rate <= self.limit and person.shared_hours >= self.shared_hours

    def grade(self, person: Person) -> int:
        """Return how well somebody truly fits, 0 to 3: the share of the need that they meet."""
        if not self.lets_in(person):
            return 0
        met = [min(person.can.get(skill, 0) / level, 1) for skill, level in self.takes.items()]
        return math.floor(3 * sum(met) / len(met))


class World:
    """Experts and jobs of one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 (no secret)
        words = people.words()
        self.names = [words[100 + skill * SYNONYMS :][:SYNONYMS] for skill in range(SKILLS)]
        self.noise = words[:100] + words[100 + SKILLS * SYNONYMS :]
        self.common = people.zipf(len(self.noise))
        self.usual = people.zipf(SKILLS)
        self.kinds = [self.dice.sample(range(SKILLS), 3) for _ in range(KINDS)]
        self.people = [self.person() for _ in range(EXPERTS)]
        self.jobs = [self.job() for _ in range(JOBS)]

    def some(self, count: int) -> list[int]:
        """Return so many skills, the usual ones more often."""
        found = self.dice.choices(range(SKILLS), cum_weights=self.usual, k=count)
        return list(dict.fromkeys(found))

    def said(self, skills: Sequence[int], noise: int) -> str:
        """Say these skills in some of the words for them, among others."""
        told = [self.dice.choice(self.names[skill]) for skill in skills]
        told += self.dice.choices(self.noise, cum_weights=self.common, k=noise)
        self.dice.shuffle(told)
        return " ".join(told)

    def person(self) -> Person:
        """Make an expert."""
        dice = self.dice
        can = {skill: dice.choices((1, 2, 3), weights=(4, 4, 2))[0] for skill in self.some(5)}
        badges = {
            skill: (
                max(1, level - (dice.random() < 0.15)),  # noqa: PLR2004
                TODAY - timedelta(days=dice.randint(0, 500)),
            )
            for skill, level in can.items()
            if dice.random() < 0.8  # noqa: PLR2004
        }
        # Who can more says it more often; everybody says some things they cannot do.
        told = [skill for skill, level in can.items() for _ in range(level)]
        told += self.some(dice.randint(0, 4)) * dice.randint(1, 2)
        dated = dice.choice((0, 0, 3, 8))
        return Person(
            can,
            badges,
            self.said(told, 120),
            rate=int(dice.lognormvariate(4.5, 0.4)) * 100,
            shared_hours=dice.randint(0, 8),
            hours=dice.randint(5, 45),
            away=dice.choice((0, 0, 0, 20, 60)),
            dated=dated,
            on_time=round(dated * dice.uniform(0.6, 1)),
        )

    def job(self) -> Need:
        """Make a job: mostly what its kind of work takes, and something of its own."""
        dice = self.dice
        kind = dice.choice(self.kinds)
        skills = list(dict.fromkeys([*dice.sample(kind, 2), *self.some(dice.randint(0, 2))]))
        takes = {skill: dice.choices((1, 2, 3), weights=(3, 5, 2))[0] for skill in skills}
        ticked = [
            (skill, max(1, level - (dice.random() < 0.2)), place == 0)  # noqa: PLR2004
            for place, (skill, level) in enumerate(takes.items())
            if place == 0 or dice.random() < 0.8  # noqa: PLR2004
        ]
        return Need(
            takes,
            ticked,
            kind,
            self.said([skill for skill in takes for _ in range(2)], 60),
            limit=int(dice.lognormvariate(4.9, 0.3)) * 100,
            shared_hours=dice.choice((0, 0, 2, 4)),
        )


Order = Callable[[Need], list[int]]


def ours(world: World) -> Order:
    """Order by the published score."""
    from jobs.services.scoring import Demand, Proof, Supply, Wish, fit

    supplies = [
        Supply(
            badges={f"{skill}": Proof(*proof) for skill, proof in person.badges.items()},
            rate_minor=person.rate,
            hours_per_week=person.hours,
            available_on=TODAY + timedelta(days=person.away),
            shared_hours=person.shared_hours,
            dated=person.dated,
            on_time=person.on_time,
        )
        for person in world.people
    ]

    def order(job: Need) -> list[int]:
        wishes = [Wish(f"{skill}", f"{skill}", *rest) for skill, *rest in job.ticked]
        demand = Demand(wishes, job.limit, job.shared_hours, [f"{skill}" for skill in job.kind])
        found = [(number, fit(demand, supply, on=TODAY)) for number, supply in enumerate(supplies)]
        scored = [(-each.score, number) for number, each in found if each]
        return [number for _score, number in sorted(scored)][:TOP]

    return order


def bm25(world: World) -> Order:
    """Order by BM25 of the job's words, by tantivy."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text")
    builder.add_integer_field("number", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for number, person in enumerate(world.people):
        writer.add_document(tantivy.Document(text=person.text, number=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def order(job: Need) -> list[int]:
        query = index.parse_query(job.text, ["text"])
        found = searcher.search(query, len(world.people)).hits
        numbers = (searcher.doc(address)["number"][0] for _score, address in found)
        return [each for each in numbers if job.lets_in(world.people[each])][:TOP]

    return order


def text_rank(world: World, url: str) -> Order:
    """Order by `ts_rank_cd` of the job's words, by Postgres."""
    import psycopg2
    from psycopg2.extras import execute_values

    cursor = psycopg2.connect(url).cursor()
    cursor.execute("CREATE TEMP TABLE written (number int, words tsvector)")
    rows = [(number, person.text) for number, person in enumerate(world.people)]
    execute_values(cursor, "INSERT INTO written VALUES %s", rows, "(%s, to_tsvector('simple', %s))")

    def order(job: Need) -> list[int]:
        cursor.execute(
            "SELECT number FROM written, to_tsquery('simple', %s) AS query WHERE words @@ query"
            " ORDER BY ts_rank_cd(words, query, 1) DESC, number",
            [" | ".join(dict.fromkeys(job.text.split()))],
        )
        numbers = (number for (number,) in cursor.fetchall())
        return [each for each in numbers if job.lets_in(world.people[each])][:TOP]

    return order


def ndcg(world: World, order: Order) -> float:
    """Return the mean of nDCG@10 over the jobs that somebody fits."""
    found = []
    for job in world.jobs:
        grades = [job.grade(person) for person in world.people]
        best = gain(sorted(grades, reverse=True)[:TOP])
        if best:
            found.append(gain([grades[number] for number in order(job)]) / best)
    return mean(found)


def gain(grades: Sequence[int]) -> float:
    """Return the discounted gain of grades in their order."""
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def main() -> None:
    """Let the three order the experts of both seeds, let the search answer plain words, report."""
    install("bench", "semantic")
    plain_words.install_weights()
    with durable_database() as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        prepare()
        figures = [(seed, measure(World(seed), url)) for seed in (TUNED_ON, HELD_OUT)]
        plain = plain_words.measure()
    lines = [
        f"seed {seed}: ours {each['ours']:.3f}, bm25 {each['bm25']:.3f},"
        f" text rank {each['text rank']:.3f}"
        for seed, each in figures
    ]
    lines += plain_words.lines(plain)
    last = figures[-1][1]
    ratio = last["ours"] / last["bm25"]
    lines.append(f"ndcg@10 ours {last['ours']:.3f}, bm25 {last['bm25']:.3f}, ratio {ratio:.2f}")
    print("\n".join(lines))
    note = f"{EXPERTS:,} experts and {JOBS} jobs of each seed; the last line is of the second:"
    performance.keep("relevance", EXPERTS, f"make bench-relevance SIZE={EXPERTS}", note, lines)


def prepare() -> None:
    """Migrate and load the catalogue."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def measure(world: World, url: str) -> dict[str, Any]:
    """Return the figure of each side."""
    sides = {"ours": ours(world), "bm25": bm25(world), "text rank": text_rank(world, url)}
    return {name: ndcg(world, order) for name, order in sides.items()}


if __name__ == "__main__":
    main()
