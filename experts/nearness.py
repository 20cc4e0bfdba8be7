"""Which skills a question in plain words is nearest to in meaning: an extra (ADR 31).

Compared are the words of the question and what the catalogue says of each skill. No text of a
person is made a vector: who is shown still has what is asked, and the page says what that was.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from operator import mul
from typing import Any

from django.conf import settings
from django.core.cache import cache

from experts import gateway
from experts.models import Skill

Vectors = Callable[[Sequence[str]], list[list[float]]]

# How alike a question and a skill are at least, -1 to 1; chosen on the first half of the questions
# of `bench/plain_words.txt`: whoever looks for a plumber stays below it.
LEAST = 0.25
MOST = 3


def nearest(text: str) -> list[str]:
    """Return the names (English) of the skills a question may mean, the nearest first.

    Nothing without the extra, when no skill is near, or while the provider is away.
    """
    vectors = SOURCES.get(settings.EMBEDDINGS)
    if vectors is None:
        return []
    try:
        skills = _skills(vectors)
        (asked,) = vectors([text])
    except gateway.ProviderUnavailable:
        return []
    near = {name: sum(map(mul, asked, vector)) for name, vector in skills.items()}
    found = sorted(near, key=lambda name: -near[name])[:MOST]
    return [name for name in found if near[name] >= LEAST]


def _skills(vectors: Vectors) -> Mapping[str, Sequence[float]]:
    """Return the vector of each skill by its name, made once for what the catalogue says now."""
    rows = Skill.objects.badgeable().values_list(
        "english_name", "english_title", "english_description"
    )
    said = {name: f"{title}. {description}" for name, title, description in rows}
    digest = sha256(repr((settings.EMBEDDINGS, said)).encode()).hexdigest()
    made: Any = cache.get_or_set(f"nearness:{digest}", lambda: vectors(list(said.values())), None)
    return dict(zip(said, made, strict=True))


def _by_weights(texts: Sequence[str]) -> list[list[float]]:
    # NumPy and 90 MB, for sites that ask for it and questions that find nobody.
    from marketplace.kit import minilm  # noqa: PLC0415

    return minilm.vectors(texts)


SOURCES: Mapping[str, Vectors] = {"weights": _by_weights, "provider": gateway.vectors}
