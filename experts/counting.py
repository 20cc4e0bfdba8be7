"""Counts search documents one by one: all of them, a sample, or those newer than the sets.

What has fewer than `EXACT` hits is counted exactly; beyond that every fourth or sixteenth document
stands for the others, and the page says "about".
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from experts import facets
from experts.conditions import SOON, Asked, Condition
from experts.facets import Kind
from experts.filters import Filters
from marketplace.kit import reads

# Up to so many hits every figure is exact (issue 6: exact below 20,000).
EXACT = 24_000
# From so many on one document in sixteen is enough for a standard error of about one per cent.
MANY = 100_000
FEW, MOST = facets.SAMPLES
# A removed filter is counted so far, and not on.
ENOUGH = 20_000
# The facets that a group of choices counts.
GROUPS: Mapping[str, Kind] = {
    "skills": Kind.SKILL,
    "level": Kind.LEVEL,
    "works": Kind.WORK,
    "rate": Kind.RATE,
    "hours": Kind.HOURS,
    "shared": Kind.ZONE,
    "rating": Kind.RATING,
    "families": Kind.FAMILY,
    "domains": Kind.DOMAIN,
    "languages": Kind.LANGUAGE,
    "country": Kind.COUNTRY,
}
# The codes of totals among the counts, where no facet is.
TOTAL, FREE_SOON = 0, -1
LEVELS = (1, 2, 3)


@dataclass(slots=True)
class Counts:
    """How many there are of each facet: under all filters, and without those of each open group."""

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


class Documents:
    """The search documents, asked with the conditions of one question, on a day."""

    def __init__(self, conditions: Asked, *, on: date) -> None:
        self.conditions, self.on = conditions, on

    def samples(self, parts: Mapping[str, Filters]) -> dict[str, int]:
        """Return one in how many documents each part is counted on, from the smallest sample."""
        selects, given = [], []
        for filters in parts.values():
            sql, its_given = self.conditions.condition(filters).sql(_sample(MOST))
            selects.append(f"(SELECT count(*) FROM experts_searchdocument WHERE {sql})")  # noqa: S608
            given += its_given
        (row,) = ask(f"SELECT {', '.join(selects)}", given)
        return {name: _stride(MOST * seen) for name, seen in zip(parts, row, strict=True)}

    def counted(
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
        for name, code, count in ask(" UNION ALL ".join(statements), given):
            found.of[name][code] = count * samples[name]
        return found

    def totals(
        self, conditions: Sequence[Condition], *, among: Sequence[int] | None = None
    ) -> list[int]:
        """Return how many fit each condition, counted up to `ENOUGH`; one statement."""
        statements, given = [], []
        for place, condition in enumerate(conditions):
            sql, its_given = _only(among, condition.sql())
            statements.append(
                f"SELECT {place}, count(*) FROM (SELECT FROM experts_searchdocument"  # noqa: S608
                f" WHERE {sql} LIMIT {ENOUGH}) AS fits"
            )
            given += its_given
        found = dict(ask(" UNION ALL ".join(statements), given))
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


def ask(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Ask the documents one question, by the index."""
    with reads.cursor() as cursor:
        cursor.execute(BY_INDEX + sql, given)
        return list(cursor.fetchall())


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
