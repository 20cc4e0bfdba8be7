"""Answers questions from the gathered sets: who fits is an intersection, a count its size.

Each process keeps the newest gathering in memory: about 30 MB for a million experts, and the sets
of the words that were asked for lately.
"""

import sys
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyroaring import BitMap

from experts import facets
from experts.conditions import Bound, Condition
from experts.facets import Kind
from experts.models import Expert
from marketplace.kit import reads

# With more changes than this since the last gathering, the documents themselves are asked.
FRESH = 20_000
# The sets of so many words are kept; the commonest take 125 kB of a million experts.
WORDS_KEPT = 500
# How well documents say so many words is remembered, of so many documents each: 20 MB at most.
WORDS_RANKED, MOST_RANKED = 100, 2_000
# Within which bounds the last answers lay: each is the union of up to some hundred sets.
BOUNDS_KEPT = 100
STATE = """
SELECT (SELECT id FROM experts_searchbase),
    ARRAY(SELECT expert_id FROM experts_searchchange LIMIT %s),
    pg_current_xact_id_if_assigned() IS NULL
"""
LOAD = "SELECT experts, qualities FROM experts_searchbase WHERE id = %s"
LOAD_SETS = 'SELECT "column", value, places FROM experts_searchset WHERE base_id = %s'
SAYING = """
SELECT (SELECT string_agg(int4send(expert_id::int), '') FROM experts_searchdocument
    WHERE lexemes @@ query::tsquery)
FROM unnest(%s::text[]) WITH ORDINALITY AS asked (query, turn) ORDER BY turn
"""


class Base:
    """One gathering in memory. Places are positions in the order of most proof."""

    def __init__(self, key: int, experts: bytes, qualities: bytes) -> None:
        self.key = key
        self.experts, self.qualities = array("I", experts), array("I", qualities)
        self.everyone = BitMap(range(len(self.experts)))
        self.sets: dict[str, dict[int, BitMap]] = defaultdict(dict)
        # Facets by kind; those of skills by the level they take, too: a page counts one level.
        self.kinds: dict[tuple[int, int], list[tuple[int, BitMap]]] = defaultdict(list)
        self.words: dict[str, BitMap] = {}
        self.bounds: dict[Bound, BitMap] = {}
        self.said: dict[str, dict[int, int]] = {}
        # Keys are given one after the other, so a table from key to place is hardly wider.
        self._first = min(self.experts, default=0)
        self._places = array("i", [-1]) * (max(self.experts, default=0) - self._first + 1)
        for place, expert in enumerate(self.experts):
            self._places[expert - self._first] = place

    def add(self, column: str, value: int, places: BitMap) -> None:
        """Take in one of its sets."""
        self.sets[column][value] = places
        if column == "facets":
            kind, of_kind = divmod(value, facets.VALUES)
            level = of_kind % facets.LEVELS if kind == Kind.SKILL else 0
            self.kinds[kind, level].append((value, places))

    def places_of(self, experts: Iterable[int]) -> BitMap:
        """Return the places of experts (keys); who came later has none."""
        first, places = self._first, self._places
        known = range(first, first + len(places))
        found = array("i", [places[key - first] for key in experts if key in known])
        return BitMap(array("I", [place for place in found if place >= 0]))

    def after(self, quality: int, expert: int) -> int:
        """Return the first place behind an expert (key) of this quality."""
        return bisect_right(
            range(len(self.experts)),
            (-quality, expert),
            key=lambda place: (-self.qualities[place], self.experts[place]),
        )

    def matching(self, condition: Condition, words: Mapping[str, BitMap]) -> BitMap:
        """Return the places of those who fit, with who says which words."""
        parts = [
            words[need.words] if need.words else self._any("facets", need.codes)
            for need in condition.needs
        ]
        parts += [self._within(bound) for bound in condition.bounds]
        return BitMap.intersection(*sorted(parts, key=len)) if parts else self.everyone

    def counts(
        self, hits: BitMap, kinds: Iterable[int], *, level: int
    ) -> Iterator[tuple[int, int]]:
        """Yield (facet, how many of these places have it) of some kinds, of skills at a level."""
        # Everyone is what most groups have left without their own filter, and needs no look.
        common = len if len(hits) == len(self.everyone) else hits.intersection_cardinality
        for kind in kinds:
            for code, places in self.kinds[kind, level if kind == Kind.SKILL else 0]:
                if count := common(places):
                    yield code, count

    def _any(self, column: str, values: Iterable[int]) -> BitMap:
        sets = self.sets[column]
        found = [sets[value] for value in values if value in sets]
        if len(found) == 1:
            return found[0]
        return BitMap.union(*found) if found else BitMap()

    def _within(self, bound: Bound) -> BitMap:
        """Return who is within a bound; one question asks it for each group of choices."""
        found = self.bounds.get(bound)
        if found is None:
            found = self.bounds[bound] = self._gathered(bound)
            _forget_all_but(BOUNDS_KEPT, self.bounds)
        return found

    def _gathered(self, bound: Bound) -> BitMap:
        if bound.column == "zone":
            return self._any("facets", bound.value)
        value = bound.value.toordinal() if isinstance(bound.value, date) else bound.value
        whole = Bound(bound.column, bound.sign, value)
        return self._any(bound.column, filter(whole.holds, self.sets[bound.column]))


@dataclass(frozen=True, slots=True)
class Present:
    """The newest gathering with who has changed since: together they are what is there now."""

    base: Base
    fresh: Sequence[int]
    # The places of those who changed, which nothing may be read from.
    stale: BitMap
    # A transaction that writes may be taken back, and with it what was read in it.
    may_remember: bool

    def hits(self, conditions: Sequence[Condition]) -> list[BitMap]:
        """Return the places of those who fit each, without those who have changed."""
        asked = {need.words for each in conditions for need in each.needs if need.words}
        words = self._saying(asked)
        found = [self.base.matching(each, words) for each in conditions]
        # What is taken away is taken from a copy, which costs as much as an intersection.
        return [each - self.stale for each in found] if self.stale else found

    def behind(self, hits: BitMap, quality: int, public_id: str) -> int:
        """Return how many of the hits lie before the place behind an expert of this quality."""
        first = self.base.after(quality, key_of(public_id))
        return int(hits.rank(first - 1)) if first else 0

    def promising(
        self, places: BitMap, skills: Iterable[int], size: int, reached: int | None = None
    ) -> dict[int, int]:
        """Return the places that can come onto a page when levels in some skills (keys) decide.

        With each goes the sum of its levels. To put them in order by words costs a look at each.
        Those of one sum belong together; the page begins within those who have `reached`, or with
        the highest.
        """
        sets = self.base.sets["facets"]
        codes = (facets.skill(key, level) for key in skills for level in (1, 2, 3))
        held = [sets[code] for code in codes if code in sets]
        levels = dict.fromkeys(places, 0)
        for each in held:
            # A level is held with all below it, so their number is the level.
            for place in places & each:
                levels[place] += 1
        groups: dict[int, list[int]] = defaultdict(list)
        for place, level in levels.items():
            groups[level].append(place)
        found: dict[int, int] = {}
        counted = 0
        for level in sorted(groups, reverse=True):
            if counted >= size:
                break
            if reached is None or level <= reached:
                found |= dict.fromkeys(groups[level], level)
            if reached is None or level < reached:
                counted += len(groups[level])
        return found

    def said(self, words: Sequence[str]) -> list[dict[int, int]]:
        """Return what is remembered of how well places say each of these words, to be added to."""
        if not self.may_remember:
            return [{} for _ in words]
        kept = self.base.said
        found = [kept.pop(word, {}) for word in words]
        found = [known if len(known) < MOST_RANKED else {} for known in found]
        kept |= zip(words, found, strict=True)
        _forget_all_but(WORDS_RANKED, kept)
        return found

    def _saying(self, asked: Iterable[str]) -> dict[str, BitMap]:
        """Return who says words; one statement for those that nobody has asked for lately."""
        kept = self.base.words
        found = {query: said for query in asked if (said := kept.get(query)) is not None}
        missing = [query for query in asked if query not in found]
        if missing:
            found |= zip(missing, map(self.base.places_of, _saying(missing)), strict=True)
            if self.may_remember:
                kept |= found
                _forget_all_but(WORDS_KEPT, kept)
        return found


@dataclass(frozen=True, slots=True)
class Now:
    """What is there now, from sets, or nothing where there are none, or too much is newer.

    Without a gathering all that was ever written is newer: where `are_few`, so are the documents.
    """

    present: Present | None
    are_few: bool


def now() -> Now:
    """Return what is there now."""
    with reads.cursor() as cursor:
        cursor.execute(STATE, [FRESH + 1])
        key, fresh, may_remember = cursor.fetchone()
    if key is None or len(fresh) > FRESH:
        return Now(None, len(fresh) <= FRESH)
    base = _held.get("base")
    if base is None or base.key != key:
        base = _load(key)
    if base is None:
        return Now(None, are_few=False)
    return Now(Present(base, fresh, base.places_of(fresh), may_remember), are_few=False)


_held: dict[str, Base] = {}


def _load(key: int) -> Base | None:
    """Read a gathering; none if another has taken its place at this moment."""
    with reads.cursor() as cursor:
        cursor.execute(LOAD, [key])
        if (row := cursor.fetchone()) is None:
            return None
        base = Base(key, *map(bytes, row))
        cursor.execute(LOAD_SETS, [key])
        for column, value, places in cursor:
            base.add(column, value, BitMap.deserialize(bytes(places)))
    _held["base"] = base
    return base


def key_of(public_id: str) -> int:
    """Return the key of an expert; one that is unknown lies before all others."""
    return Expert.objects.filter(public_id=public_id).values_list("pk", flat=True).first() or 0


def public_id_of(key: int) -> str:
    """Return the public id of an expert."""
    return str(Expert.objects.values_list("public_id", flat=True).get(pk=key))


def _forget_all_but(count: int, kept: dict[Any, Any]) -> None:
    """Let go of what was added first; other threads may do the same."""
    for key in list(kept)[:-count]:
        kept.pop(key, None)


def _saying(queries: Sequence[str]) -> list[Sequence[int]]:
    """Return the experts (keys) whom each text query finds."""
    with reads.cursor() as cursor:
        cursor.execute(SAYING, [list(queries)])
        return [_unpacked(row) for (row,) in cursor.fetchall()]


def _unpacked(packed: bytes | None) -> "array[int]":
    found = array("I", bytes(packed or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return found
