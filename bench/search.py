"""Measures the search of experts beside tantivy: same documents, same questions, same answers.

An answer is the first twenty experts, the total, and the counts of all facets, each group without
its own filter. Both get a question whose words and names are translated already. They take turns
question by question, several rounds; a question's figure is the median of its rounds, and the last
line compares: the geometric mean and the 95th percentile of the ratios of two hundred questions.
How ours grows with the number of experts is read from rounds by itself, here and among ten thousand
in the same run: the other side's work in between takes the processor's caches, and the more of them
the larger it is.

    make bench-search SIZE=10000|100000|1000000
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import geometric_mean, median, quantiles
from typing import Any

from bench import people, performance
from bench.ledger import durable_database

SIZE = int(os.environ.get("BENCH_SIZE") or 100_000)
# From so many on growth is measured.
FEW = 10_000
QUESTIONS = 200
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
TOP = 20
EDITS = 300


def main() -> None:
    """Start a database, make up experts, fill both sides, and let them answer in turns."""
    install()
    with durable_database() as url, tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        prepare()
        asked = understood()
        compared, ours = compare(asked, Tantivy(folder)), alone(asked)
        report(compared, ours, alone_among_few() if SIZE > FEW else None, edit_cost())


def install(*extras: str) -> None:
    """Install what only measurements need; `pyproject.toml` names it."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    install_packages(*(package for extra in extras or ("bench",) for package in optional[extra]))


def install_packages(*packages: str) -> None:
    """Install these, which may be options, beside what is there."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
    subprocess.run([*command, "--python", sys.executable, *packages], check=True)


def prepare() -> None:
    """Migrate, load the catalogue, make up experts, and build the search as an operator does."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from experts.services import search_documents, search_sets

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    people.fill(SIZE)
    began = time.perf_counter()
    search_documents.rebuild(at=datetime.now(UTC))
    took = time.perf_counter() - began
    print(f"search documents: {SIZE / took:.0f} a second, {took:.0f} s")
    began = time.perf_counter()
    search_sets.gather(at=datetime.now(UTC))
    print(f"search sets: gathered in {time.perf_counter() - began:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE experts_searchdocument")


class Tantivy:
    """The other side: the same words, facets, rates and days in an index of its own."""

    def __init__(self, folder: str) -> None:
        import tantivy
        from django.db import connection

        builder = tantivy.SchemaBuilder()
        for name in ("name", "headline", "overview"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        for name in ("expert", "quality", "rate", "free", "facets"):
            builder.add_integer_field(name, stored=name == "expert", indexed=True, fast=True)
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, folder)
        writer = self.index.writer(300_000_000)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT document.expert_id, quality, document.rate_minor,"
                " free_on - DATE '0001-01-01', facets, name, headline, overview"
                " FROM experts_searchdocument AS document"
                " JOIN experts_expert AS expert ON expert.id = document.expert_id"
                " JOIN accounts_user AS person ON person.id = user_id"
            )
            for expert, quality, rate, free, facets, *texts in cursor:
                document = tantivy.Document()
                for name, text in zip(("name", "headline", "overview"), texts, strict=True):
                    document.add_text(name, text)
                numbers = {"expert": expert, "quality": quality, "rate": rate, "free": free}
                for name, number in numbers.items():
                    document.add_integer(name, number)
                for facet in facets:
                    document.add_integer("facets", facet)
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, search: Any) -> int:
        """Answer a question; return the total."""
        import tantivy

        query = self.query(search, search.filters)
        if search.words:
            found = self.searcher.search(query, TOP, count=True)
        else:
            found = self.searcher.search(
                query, TOP, count=True, order_by_field="quality", order=tantivy.Order.Desc
            )
        for _score, address in found.hits:
            self.searcher.doc(address)
        counted = {"facets": {"terms": {"field": "facets", "size": 1_000}}}
        self.searcher.aggregate(query, counted)
        for group in search._open_groups():
            self.searcher.aggregate(self.query(search, search._without(group)), counted)
        return int(found.count or 0)

    def query(self, search: Any, filters: Any) -> Any:
        """Translate a question."""
        import tantivy

        from experts import facets
        from experts.facets import Kind

        must, schema = tantivy.Occur.Must, self.schema
        parts = []
        codes = [
            facets.skill(search.conditions.skill_keys[slug], filters.level)
            for slug in filters.skills
        ]
        codes += [facets.facet(Kind.LEVEL, filters.level)] if filters.level > 1 else []
        codes += [facets.named(Kind.LANGUAGE, each) for each in filters.languages]
        codes += [facets.named(Kind.COUNTRY, filters.country)] if filters.country else []
        parts += [tantivy.Query.term_query(schema, "facets", code) for code in codes]
        if filters.text:
            for word in search.words:
                text = self.index.parse_query(word.typed, ["name", "headline", "overview"])
                parts.append(text)
        if filters.rate_max:
            field = tantivy.FieldType.Integer
            low, high = filters.rate_min or 0, filters.rate_max
            parts.append(tantivy.Query.range_query(schema, "rate", field, low, high))
        if not parts:
            return tantivy.Query.all_query()
        return tantivy.Query.boolean_query([(must, part) for part in parts])


def questions() -> list[tuple[str, Any]]:
    """Return the mix: (kind, filters), nine kinds in turns, the same at every run."""
    from experts.filters import Filters
    from experts.models import Skill

    dice = random.Random(people.SEED)  # noqa: S311 (no secret)
    slugs = list(Skill.objects.badgeable().values_list("slug", flat=True))

    def some(values: Sequence[str], count: int) -> tuple[str, ...]:
        found = dice.choices(values, cum_weights=people.zipf(len(values)), k=count)
        return tuple(dict.fromkeys(found))

    kinds: dict[str, Callable[[], Any]] = {
        "everyone": Filters,
        "a skill": lambda: Filters(skills=some(slugs, 1)),
        "two skills": lambda: Filters(skills=some(slugs, 2)),
        "a skill at level 3": lambda: Filters(skills=some(slugs, 1), level=3),
        "a word": lambda: Filters(text=some(people.VOCABULARY, 1)[0]),
        "two words": lambda: Filters(text=" ".join(some(people.VOCABULARY, 2))),
        "a word and a skill": lambda: Filters(
            text=some(people.VOCABULARY, 1)[0], skills=some(slugs, 1)
        ),
        "skill, rate, language": lambda: Filters(
            skills=some(slugs, 1), rate_min=60_00, rate_max=140_00,
            languages=some(people.LANGUAGES, 1),
        ),
        "country and rate": lambda: Filters(
            country=some(people.COUNTRIES, 1)[0], rate_min=20_00, rate_max=90_00
        ),
    }  # fmt: skip
    names = list(kinds)
    return [(kind := names[n % len(names)], kinds[kind]()) for n in range(QUESTIONS)]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the mix, its words and names translated already."""

    kind: str
    filters: Any
    words: Any
    taxonomy: Any
    on: date

    def search(self) -> Any:
        """Return a new search for it, which remembers nothing yet."""
        from experts.searching import Search

        return Search(self.filters, self.words, self.taxonomy, on=self.on)


def understood() -> list[Question]:
    """Return the mix as both sides are asked it."""
    from experts.meaning import Taxonomy, meaning_of

    taxonomy, on = Taxonomy(), datetime.now(UTC).date()
    return [
        Question(kind, filters, meaning_of(filters.text, taxonomy).words, taxonomy, on)
        for kind, filters in questions()
    ]


def answer(search: Any) -> tuple[float, Any]:
    """Let ours answer; return how long it took, in seconds, and the counts."""
    began = time.perf_counter()
    search.page(TOP)
    counts = search.counts
    return time.perf_counter() - began, counts


def compare(asked: Sequence[Question], other: Tantivy) -> list[tuple[str, float, float]]:
    """Return (kind, our seconds, theirs) of every question, medians of the rounds."""
    from experts.counting import TOTAL

    times: list[tuple[list[float], list[float]]] = [([], []) for _ in asked]
    wrong = 0
    for number in range(ROUNDS + 1):
        for question, (ours, theirs) in zip(asked, times, strict=True):
            search = question.search()
            took, counts = answer(search)
            began = time.perf_counter()
            total = other.answer(search)
            ended = time.perf_counter()
            if number:  # the first round warms both
                ours.append(took)
                theirs.append(ended - began)
            elif counts.is_exact and counts.of[""].get(TOTAL, 0) != total:
                wrong += 1
    # A number in a word ("bace12") is one token here and two there, now and then.
    print(f"exact totals that differ from tantivy's: {wrong} of {len(asked)}")
    return [
        (question.kind, median(ours), median(theirs))
        for question, (ours, theirs) in zip(asked, times, strict=True)
    ]


def alone(asked: Sequence[Question]) -> float:
    """Return the median of ours in seconds, of all questions, when nobody else is asked."""
    rounds = [[answer(question.search())[0] for question in asked] for _ in range(ROUNDS)]
    return median(median(each) for each in zip(*rounds, strict=True))


def alone_among_few() -> float:
    """Measure few experts in a process and a database of their own; return what `alone` says."""
    environment = {**os.environ, "BENCH_SIZE": str(FEW)}
    subprocess.run([sys.executable, "-m", "bench.search"], check=True, env=environment)
    (found,) = re.findall(r"by itself ([\d.]+) ms", performance.kept("search", FEW))
    return float(found) / 1000


def edit_cost() -> float:
    """Return how many times a plain UPDATE a change takes whose document is kept with it.

    Both are a transaction of their own on the same rows, in turns; the median of the ratios.
    """
    from django.db import transaction

    from experts.models import Expert
    from experts.services import search_documents

    ratios = []
    for key in list(Expert.objects.order_by("-pk").values_list("pk", flat=True)[:EDITS]):
        began = time.perf_counter()
        with transaction.atomic():
            Expert.objects.filter(pk=key).update(headline="said plainly")
        between = time.perf_counter()
        with transaction.atomic():
            Expert.objects.filter(pk=key).update(headline="said to be found")
            search_documents.keep([key])
        ratios.append((time.perf_counter() - between) / (between - began))
    return median(ratios)


def report(
    found: Sequence[tuple[str, float, float]], alone: float, among_few: float | None, edit: float
) -> None:
    """Print a line for each kind and the last line; keep them for `docs/performance.md`.

    :param among_few: what `alone` is among few; nothing where these are no more.
    """
    lines = []
    for kind in dict.fromkeys(kind for kind, _, _ in found):
        ours = [mine for name, mine, _ in found if name == kind]
        theirs = [other for name, _, other in found if name == kind]
        ratio = geometric_mean(mine / other for mine, other in zip(ours, theirs, strict=True))
        lines.append(
            f"{kind}: {median(ours) * 1000:.1f} ms, tantivy {median(theirs) * 1000:.1f} ms,"
            f" ratio {ratio:.2f}"
        )
    ratios = [mine / other for _, mine, other in found]
    p95 = quantiles(ratios, n=20)[-1]
    mine = median(ours for _, ours, _ in found) * 1000
    growth = (
        [f"p50 by itself, to that of {FEW:,} experts: {alone / among_few:.2f}"] if among_few else []
    )
    lines += [
        f"p50 of ours: {mine:.2f} ms, by itself {alone * 1000:.2f} ms",
        *growth,
        f"a change, searchable at once, to a plain UPDATE: {edit:.2f}",
        f"search to tantivy: geo {geometric_mean(ratios):.2f}, p95 {p95:.2f}",
    ]
    print("\n".join(lines))
    note = f"{SIZE:,} experts, {QUESTIONS} questions of nine kinds, medians of {ROUNDS} rounds:"
    performance.keep("search", SIZE, f"make bench-search SIZE={SIZE}", note, lines)


if __name__ == "__main__":
    main()
