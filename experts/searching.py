"""Asks the search documents: which experts, in which order, and how many of each facet.

Two statements answer a question. The first finds the page and takes a sample of every count; the
second counts. What has fewer than `EXACT` hits is counted exactly; beyond that every fourth or
sixteenth document stands for the others, and the page says "about".
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from experts import facets, gathered
from experts.conditions import SOON, Asked, Bound, Condition
from experts.facets import Kind
from experts.filters import Filters
from experts.gathered import Present
from experts.meaning import Taxonomy, Word

# Up to so many hits every figure is exact (issue 6: exact below 20,000).
EXACT = 24_000
# From so many on one document in sixteen is enough for a standard error of about one per cent.
MANY = 100_000
FEW, MOST = facets.SAMPLES
# Of those who fit a question, so many with the most proof are put in the order of fit.
BEST = 500
# A removed filter is counted so far, and not on.
ENOUGH = 20_000
# How much a word counts in an overview, in evidence, in a headline, in a name (ts_rank).
WEIGHTS = "{0.1, 0.6, 0.4, 1.0}"
RANK_UNIT = 1_000_000
CURSOR = re.compile(r"^(\d{1,9}(?:\.\d{1,9}){0,2})\.([a-z]{3}_[0-9a-z]{12})$")
# The facets that a group of choices counts.
GROUPS: Mapping[str, Kind] = {
    "skills": Kind.SKILL,
    "rate": Kind.RATE,
    "hours": Kind.HOURS,
    "shared": Kind.ZONE,
    "rating": Kind.RATING,
    "families": Kind.FAMILY,
    "domains": Kind.DOMAIN,
    "languages": Kind.LANGUAGE,
    "country": Kind.COUNTRY,
}
DAY_ONE = "DATE '0001-01-01'"


@dataclass(frozen=True, slots=True)
class Order:
    """An order along an index: its column, which way it and the keys go, how a value is written."""

    column: str
    falls: str
    keys: str
    shown: str
    value: str = "%s"

    @property
    def beyond(self) -> str:
        """How values on later pages compare."""
        return "<" if self.falls else ">"

    @property
    def past(self) -> str:
        """How keys on later pages compare."""
        return "<" if self.keys else ">"


ORDERS: Mapping[str, Order] = {
    "evidence": Order("quality", "DESC", "", "quality"),
    "soonest": Order("free_on", "", "", f"free_on - {DAY_ONE}", f"{DAY_ONE} + %s"),
    "cheapest": Order("rate_minor", "", "", "rate_minor"),
    "dearest": Order("rate_minor", "DESC", "DESC", "rate_minor"),
}
# The codes of totals among the counts, where no facet is.
TOTAL, FREE_SOON = 0, -1
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Page:
    """The experts (keys) of a page in their order, and where the next one begins."""

    experts: Sequence[int]
    after: str


@dataclass(slots=True)
class Counts:
    """How many there are of each facet: without any group's filter taken off, and without each."""

    of: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    is_exact: bool = True

    def get(self, group: str, code: int) -> int:
        """Return the count of a facet, computed without the group's own filter."""
        found = self.of.get(group)
        return (self.of[""] if found is None else found).get(code, 0)

    def all(self, group: str, kind: Kind) -> dict[int, int]:
        """Return {value: count} of all facets of a kind, without the group's own filter."""
        found = self.of.get(group)
        counts = self.of[""] if found is None else found
        first = kind.first
        return {
            code - first: count
            for code, count in counts.items()
            if first <= code < first + facets.VALUES
        }


class Search:
    """One question to the search documents, on a day.

    What was gathered into sets is answered by them, and what has changed since by the documents;
    without sets the documents answer all of it.
    """

    def __init__(
        self, filters: Filters, words: Sequence[Word], taxonomy: Taxonomy, *, on: date
    ) -> None:
        self.filters, self.words, self.on = filters, words, on
        self.conditions = Asked(words, taxonomy, on=on)

    def page(self, size: int, after: str = "") -> Page:
        """Return one page of those who fit; an `after` that is none begins at the first.

        Keys and not numbers of pages: nobody is shown twice or left out when others come and go.
        """
        sql, given = self._listing(size, after)
        rows = _ask(f"{sql} LIMIT %s", [*given, size + 1])
        if len(rows) <= size:
            return Page([row[0] for row in rows], "")
        *key, public_id = rows[size - 1][1:]
        return Page(
            [row[0] for row in rows[:size]], ".".join((*(str(part) for part in key), public_id))
        )

    @cached_property
    def counts(self) -> Counts:
        """The total and the counts of every group of choices."""
        parts = {"": self.filters} | {name: self._without(name) for name in self._open_groups()}
        if self.present is None:
            return self._counted(parts, self._samples(parts))
        found = Counts()
        if self.present.fresh:
            found = self._counted(parts, dict.fromkeys(parts, 1), among=self.present.fresh)
        for name, filters in parts.items():
            for code, count in self._gathered(name, filters):
                found.of[name][code] = found.of[name].get(code, 0) + count
        return found

    def totals(self, questions: Sequence[Filters]) -> list[int]:
        """Return how many would fit each of these questions; the documents count to `ENOUGH`."""
        conditions = [self.conditions.condition(filters) for filters in questions]
        if self.present is None:
            return self._totals(conditions)
        known = [len(hits) for hits in self.present.hits(conditions)]
        fresh = self.present.fresh
        newer = self._totals(conditions, among=fresh) if fresh else [0] * len(known)
        return [old + new for old, new in zip(known, newer, strict=True)]

    @cached_property
    def asked(self) -> set[int]:
        """The skills (keys) asked for, by filter or by word."""
        keys = self.conditions.skill_keys
        chosen = {keys[slug] for slug in self.filters.skills if slug in keys}
        return chosen.union(*(word.skills for word in self.words))

    @cached_property
    def present(self) -> Present | None:
        """What is there now, from sets; nothing where there are none."""
        return gathered.present()

    # --- Finding

    @property
    def _is_by_fit(self) -> bool:
        return self.filters.sort == "evidence" and bool(self.words or self.filters.skills)

    def _listing(self, size: int, after: str) -> tuple[str, list[Any]]:
        if self._is_by_fit:
            return self._by_fit(size, after)
        order = ORDERS.get(self.filters.sort, ORDERS["evidence"])
        key = _key_of(after, 1)
        where, given = self.conditions.condition(self.filters).sql()
        if self.filters.sort == "evidence":
            where, given = self._among(size + 1, key)
        if key:
            where = (
                f"({where}) AND {order.column} {order.beyond}= {order.value}"
                f" AND ({order.column} {order.beyond} {order.value}"
                f" OR expert_id {order.past} {_KEY})"
            )
            given += [key[0], key[0], key[-1]]
        sql = (
            f"SELECT expert_id, {order.shown}, {_PUBLIC_ID}"  # noqa: S608
            f" FROM experts_searchdocument AS document WHERE {where}"
            f" ORDER BY {order.column} {order.falls}, expert_id {order.keys}"
        )
        return sql, given

    def _among(self, size: int, key: Sequence[Any] = ()) -> tuple[str, list[Any]]:
        """Return who fits as SQL; of the gathered, so many with the most proof behind a key."""
        condition = self.conditions.condition(self.filters)
        if self.present is None:
            return condition.sql()
        (hits,) = self.present.hits([condition])
        if self._is_by_fit:
            places = self.present.promising(hits[:BEST], self.asked, size, *key[:1])
        else:
            begins = self.present.behind(hits, *key) if key else 0
            places = list(hits[begins : begins + size])
        return self._or_fresh(condition, [self.present.base.experts[place] for place in places])

    def _or_fresh(self, condition: Condition, experts: list[int]) -> tuple[str, list[Any]]:
        """Return these experts (keys) as SQL, or who changed since they were found and fits."""
        fresh = list(self.present.fresh) if self.present else []
        if not fresh:
            return "expert_id = ANY (%s)", [experts]
        where, given = condition.sql()
        either = f"expert_id = ANY (%s) OR (expert_id = ANY (%s) AND {where})"
        return either, [experts, fresh, *given]

    def _by_fit(self, size: int, after: str) -> tuple[str, list[Any]]:
        """Order the best by levels in what was asked, then by the words, then by all proof."""
        key = _key_of(after, 3)
        where, given = self._among(size + 1, key)
        levels = [
            _LEVEL_IN.format(*(facets.skill(key, n) for n in (3, 2, 1))) for key in self.asked
        ]
        said = " | ".join(word.query for word in self.words if word.query)
        rank = f"ts_rank('{WEIGHTS}', lexemes, %s::tsquery) * {RANK_UNIT}" if said else "0"
        sql = (
            f"WITH best AS MATERIALIZED (SELECT expert_id, quality, facets, lexemes"  # noqa: S608
            f" FROM experts_searchdocument WHERE {where}"
            f" ORDER BY quality DESC, expert_id LIMIT {BEST}),"
            f" document AS (SELECT expert_id, {' + '.join(levels) or '0'} AS asked,"
            f" ({rank})::int AS fit, quality FROM best)"
            f" SELECT expert_id, asked, fit, quality, {_PUBLIC_ID} FROM document"
        )
        given = [*given, *([said] if said else [])]
        if key:
            sql += f" WHERE (asked, fit, quality, -expert_id) < (%s, %s, %s, -{_KEY})"
            given += key
        return f"{sql} ORDER BY asked DESC, fit DESC, quality DESC, expert_id", given

    # --- Counting

    def _open_groups(self) -> list[str]:
        """Return the groups whose own filter is on, so that they are counted without it."""
        names = [name for name in GROUPS if name != "rate" and self.filters.has(name)]
        has_rate = self.filters.has("rate_min") or self.filters.has("rate_max")
        has_level = self.filters.has("level") or len(self.filters.skills) > 1
        return [*names, *(["rate"] if has_rate else []), *(["level"] if has_level else [])]

    def _without(self, group: str) -> Filters:
        if group == "rate":
            return self.filters.without("rate_min").without("rate_max")
        return self.filters.without(group)

    def _gathered(self, name: str, filters: Filters) -> Iterator[tuple[int, int]]:
        """Yield (code, count) of one group from the sets."""
        present = self.present
        assert present  # noqa: S101 (asked before)
        if name == "level":
            asked = [self.conditions.reaching(filters, level) for level in LEVELS]
            for level, hits in zip(LEVELS, present.hits(asked), strict=True):
                yield facets.facet(Kind.LEVEL, level), len(hits)
            return
        (hits,) = present.hits([self.conditions.condition(filters)])
        if name:
            yield from present.base.counts(hits, [GROUPS[name]])
            return
        yield from present.base.counts(hits, Kind)
        yield TOTAL, len(hits)
        soon = Condition([], [Bound("free_on", "<=", self.on + SOON)])
        yield FREE_SOON, hits.intersection_cardinality(present.base.matching(soon, {}))

    def _samples(self, parts: Mapping[str, Filters]) -> dict[str, int]:
        """Return one in how many documents each part is counted on, from the smallest sample."""
        selects, given = [], []
        for filters in parts.values():
            sql, its_given = self.conditions.condition(filters).sql(_sample(MOST))
            selects.append(f"(SELECT count(*) FROM experts_searchdocument WHERE {sql})")  # noqa: S608
            given += its_given
        (row,) = _ask(f"SELECT {', '.join(selects)}", given)
        return {name: _stride(MOST * seen) for name, seen in zip(parts, row, strict=True)}

    def _counted(
        self,
        parts: Mapping[str, Filters],
        samples: Mapping[str, int],
        *,
        among: Sequence[int] | None = None,
    ) -> Counts:
        """Count documents, of all experts or of some (keys); one statement."""
        found = Counts(is_exact=samples[""] == 1)
        statements, given = [], []
        for name, filters in parts.items():
            sql, its_given = self._counting(name, filters, samples[name], among)
            statements.append(sql)
            given += its_given
        for name, code, count in _ask(" UNION ALL ".join(statements), given):
            found.of[name][code] = count * samples[name]
        return found

    def _totals(
        self, conditions: Sequence[Condition], *, among: Sequence[int] | None = None
    ) -> list[int]:
        statements, given = [], []
        for place, condition in enumerate(conditions):
            sql, its_given = _only(among, condition.sql())
            statements.append(
                f"SELECT {place}, count(*) FROM (SELECT FROM experts_searchdocument"  # noqa: S608
                f" WHERE {sql} LIMIT {ENOUGH}) AS fits"
            )
            given += its_given
        found = dict(_ask(" UNION ALL ".join(statements), given))
        return [found[place] for place in range(len(conditions))]

    def _counting(
        self, name: str, filters: Filters, sample: int, among: Sequence[int] | None
    ) -> tuple[str, list[Any]]:
        more = [_sample(sample)] if sample > 1 else []
        where, given = _only(among, self.conditions.condition(filters).sql(*more))
        table = "experts_searchdocument"
        if name == "level":
            return self._counting_levels(filters, more, among)
        if name:
            first = GROUPS[name].first
            sql = (
                f"SELECT '{name}', code, count(*)"  # noqa: S608
                f" FROM (SELECT unnest(facets) AS code FROM {table} WHERE {where}) AS each_facet"
                f" WHERE code >= {first} AND code < {first + facets.VALUES} GROUP BY code"
            )
            return sql, given
        sql = (
            f"(WITH hits AS MATERIALIZED (SELECT facets, free_on FROM {table} WHERE {where})"  # noqa: S608
            " SELECT '', code, count(*)"
            " FROM (SELECT unnest(facets) AS code FROM hits) AS each_facet GROUP BY code"
            f" UNION ALL SELECT '', {TOTAL}, count(*) FROM hits"
            f" UNION ALL SELECT '', {FREE_SOON}, count(*) FROM hits WHERE free_on <= %s)"
        )
        return sql, [*given, self.on + SOON]

    def _counting_levels(
        self, filters: Filters, more: Sequence[str], among: Sequence[int] | None
    ) -> tuple[str, list[Any]]:
        """Count each least level by itself: all of several skills have to reach it."""
        statements, given = [], []
        for level in LEVELS:
            asked = self.conditions.reaching(filters, level)
            where, its_given = _only(among, asked.sql(*more))
            statements.append(
                f"SELECT 'level', {facets.facet(Kind.LEVEL, level)}, count(*)"  # noqa: S608
                f" FROM experts_searchdocument WHERE {where}"
            )
            given += its_given
        return " UNION ALL ".join(statements), given


# Words lie out of line, which the planner does not count: to read them row by row costs ten times
# what it thinks, so the index answers. For this statement alone, which is a transaction.
BY_INDEX = "SET LOCAL enable_seqscan = off; "


def _ask(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX + sql, given)
        return list(cursor.fetchall())


_KEY = "(SELECT id FROM experts_expert WHERE public_id = %s)"
_PUBLIC_ID = "(SELECT public_id FROM experts_expert WHERE id = document.expert_id)"
_LEVEL_IN = (
    "CASE WHEN facets @> '{{{0}}}' THEN 3 WHEN facets @> '{{{1}}}' THEN 2"
    " WHEN facets @> '{{{2}}}' THEN 1 ELSE 0 END"
)


def _key_of(after: str, parts: int) -> list[Any]:
    """Return the key a page begins after, or nothing where that is not one of this order."""
    match = CURSOR.match(after)
    numbers = match[1].split(".") if match else []
    return [*map(int, numbers), match[2]] if match and len(numbers) == parts else []


def _only(among: Sequence[int] | None, where: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
    """Narrow a condition to some experts (keys), if any are named."""
    if among is None:
        return where
    sql, given = where
    return f"expert_id = ANY (%s) AND {sql}", [list(among), *given]


def _sample(size: int) -> str:
    return facets.lexeme(facets.facet(Kind.SAMPLE, size))


def _stride(about: int) -> int:
    """Return one in how many documents to count of a set of about this size."""
    if about < EXACT:
        return 1
    return FEW if about < MANY else MOST
