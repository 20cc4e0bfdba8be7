"""The numbers by which a search document says what is proven, where, and at what price.

A facet is a kind and a value in one whole number, so that a document carries its facets as an
array to count, and as lexemes ("=16777217") among its words to find. The database makes the same
numbers from the same rule, in `services/search_document.sql`.
"""

from collections.abc import Iterable
from enum import IntEnum
from hashlib import md5

# A value is less than this; with so many bits, texts in use do not collide (a test tries them).
VALUES = 1 << 24
# A skill's facets are its key and each level that its badge reaches, 1 to 3.
LEVELS = 4
# "Thirty hours a week or more".
MANY_HOURS = 30
# The rate histogram: so many steps of $20 an hour, in minor units; the last holds everyone above.
RATE_STEP = 20_00
RATE_STEPS = 16
# Scores, in hundredths of a point of 5, from which on a reader may ask for experts.
RATINGS = (400, 450, 480)
# One in so many documents, by chance and each within the last: what broad questions are counted on.
SAMPLES = (4, 16)


class Kind(IntEnum):
    """What a facet is about."""

    SKILL = 1
    LEVEL = 2
    CLAIM = 3
    FAMILY = 4
    DOMAIN = 5
    LANGUAGE = 6
    COUNTRY = 7
    ZONE = 8
    HOURS = 9
    RATE = 10
    RATING = 11
    SAMPLE = 12
    WORK = 13

    @property
    def first(self) -> int:
        """The number that all facets of this kind begin with."""
        return self * VALUES


def facet(kind: Kind, value: int) -> int:
    """Return the number of a facet."""
    return kind.first + value


def skill(key: int, level: int) -> int:
    """Return the facet of a valid badge in a skill at this level or a higher one."""
    return facet(Kind.SKILL, key * LEVELS + level)


def named(kind: Kind, text: str) -> int:
    """Return the facet whose value is a text: a language, a country or a time zone."""
    digest = md5(text.encode(), usedforsecurity=False).hexdigest()
    return facet(kind, int(digest[:6], 16))


def lexeme(code: int) -> str:
    """Return a facet as a word of a text query; no word of a text begins with "="."""
    return f"'={code}'"


def one_of(codes: Iterable[int]) -> str:
    """Return the text query for documents with any of these facets."""
    return f"({' | '.join(map(lexeme, codes))})"


def step_of(rate: int) -> int:
    """Return the step of the histogram a rate falls into, in minor units."""
    return min(rate // RATE_STEP, RATE_STEPS - 1)
