"""Asks the search documents: which experts, in which order, and how many of each facet.

Two statements answer a question. The first finds the page and takes a sample of every count; the
second counts. What has fewer than `EXACT` hits is counted exactly; beyond that every fourth or
sixteenth document stands for the others, and the page says "about".
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from experts import facets
from experts.facets import Kind
from experts.filters import Filters
from experts.meaning import Taxonomy, Word
from marketplace.kit import hours

# "Available this week".
SOON = timedelta(days=7)
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
NOBODY = "'=0'"
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


@dataclass(frozen=True, slots=True)
class Condition:
    """A question as SQL: a query over lexemes, and comparisons of columns with their parameters."""

    lexemes: Sequence[str]
    columns: Sequence[str]
    given: Sequence[Any]

    def sql(self, *more: str) -> tuple[str, list[Any]]:
        """Return the condition with further lexemes, and what it is given."""
        words = " & ".join((*self.lexemes, *more))
        parts, given = list(self.columns), list(self.given)
        if words:
            parts, given = ["lexemes @@ %s::tsquery", *parts], [words, *given]
        return " AND ".join(parts) or "true", given


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
    """One question to the search documents, on a day."""

    def __init__(
        self, filters: Filters, words: Sequence[Word], taxonomy: Taxonomy, *, on: date
    ) -> None:
        self.filters, self.words, self.on = filters, words, on
        self.skill_keys = {term.slug: term.key for term in taxonomy.skills}
        self.family_keys = {term.slug: term.key for term in taxonomy.families}
        self.domain_keys = {term.slug: term.key for term in taxonomy.domains}

    def page(self, size: int, after: str = "") -> Page:
        """Return one page of those who fit; an `after` that is none begins at the first.

        Keys and not numbers of pages: nobody is shown twice or left out when others come and go.
        """
        sql, given = self._listing(after)
        rows = _ask(f"{sql} LIMIT %s", [*given, size + 1])
        if len(rows) <= size:
            return Page([row[0] for row in rows], "")
        *key, public_id = rows[size - 1][1:]
        return Page(
            [row[0] for row in rows[:size]], ".".join((*(str(part) for part in key), public_id))
        )

    def counts(self) -> Counts:
        """Return the total and the counts of every group of choices."""
        parts = {"": self.filters} | {name: self._without(name) for name in self._open_groups()}
        samples = self._samples(parts)
        found = Counts(is_exact=samples[""] == 1)
        statements, given = [], []
        for name, filters in parts.items():
            sql, its_given = self._counting(name, filters, samples[name])
            statements.append(sql)
            given += its_given
        for name, code, count in _ask(" UNION ALL ".join(statements), given):
            found.of[name][code] = count * samples[name]
        return found

    def totals(self, questions: Sequence[Filters]) -> list[int]:
        """Return how many would fit each of these questions, counted up to `ENOUGH`."""
        statements, given = [], []
        for place, filters in enumerate(questions):
            sql, its_given = self.condition(filters).sql()
            statements.append(
                f"SELECT {place}, count(*) FROM (SELECT FROM experts_searchdocument"  # noqa: S608
                f" WHERE {sql} LIMIT {ENOUGH}) AS fits"
            )
            given += its_given
        found = dict(_ask(" UNION ALL ".join(statements), given))
        return [found[place] for place in range(len(questions))]

    def condition(self, filters: Filters) -> Condition:
        """Return a question as SQL."""
        said = [word.condition for word in self.words if word.condition]
        lexemes = (said or [NOBODY]) if filters.text else []
        lexemes += [self._skill(slug, filters.level) for slug in filters.skills]
        if filters.level > 1:
            lexemes.append(facets.lexeme(facets.facet(Kind.LEVEL, filters.level)))
        lexemes += [facets.lexeme(facets.named(Kind.LANGUAGE, code)) for code in filters.languages]
        if filters.country:
            lexemes.append(facets.lexeme(facets.named(Kind.COUNTRY, filters.country)))
        if filters.rating:
            lexemes.append(facets.lexeme(facets.facet(Kind.RATING, filters.rating)))
        lexemes += _any(Kind.FAMILY, filters.families, self.family_keys)
        lexemes += _any(Kind.DOMAIN, filters.domains, self.domain_keys)
        columns: list[tuple[str, Any]] = [
            ("rate_minor >= %s", filters.rate_min),
            ("rate_minor <= %s", filters.rate_max),
            ("hours_per_week >= %s", filters.hours),
            ("zone = ANY (%s)", self._zones(filters)),
            ("free_on <= %s", self.on + SOON if filters.soon else None),
        ]
        asked = [(sql, value) for sql, value in columns if value is not None]
        return Condition(lexemes, [sql for sql, _ in asked], [value for _, value in asked])

    @property
    def asked(self) -> set[int]:
        """The skills (keys) asked for, by filter or by word."""
        chosen = {self.skill_keys[slug] for slug in self.filters.skills if slug in self.skill_keys}
        return chosen.union(*(word.skills for word in self.words))

    # --- Finding

    def _listing(self, after: str) -> tuple[str, list[Any]]:
        where, given = self.condition(self.filters).sql()
        if self.filters.sort == "evidence" and (self.words or self.filters.skills):
            return self._by_fit(where, given, after)
        order = ORDERS.get(self.filters.sort, ORDERS["evidence"])
        key = _key_of(after, 1)
        if key:
            where = (
                f"{where} AND {order.column} {order.beyond}= {order.value}"
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

    def _by_fit(self, where: str, given: list[Any], after: str) -> tuple[str, list[Any]]:
        """Order the best by levels in what was asked, then by the words, then by all proof."""
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
        key = _key_of(after, 3)
        if key:
            sql += f" WHERE (asked, fit, quality, -expert_id) < (%s, %s, %s, -{_KEY})"
            given += key
        return f"{sql} ORDER BY asked DESC, fit DESC, quality DESC, expert_id", given

    # --- Counting

    def _samples(self, parts: Mapping[str, Filters]) -> dict[str, int]:
        """Return one in how many documents each part is counted on, from the smallest sample."""
        selects, given = [], []
        for filters in parts.values():
            sql, its_given = self.condition(filters).sql(_sample(MOST))
            selects.append(f"(SELECT count(*) FROM experts_searchdocument WHERE {sql})")  # noqa: S608
            given += its_given
        (row,) = _ask(f"SELECT {', '.join(selects)}", given)
        return {name: _stride(MOST * seen) for name, seen in zip(parts, row, strict=True)}

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

    def _counting(self, name: str, filters: Filters, sample: int) -> tuple[str, list[Any]]:
        more = [_sample(sample)] if sample > 1 else []
        where, given = self.condition(filters).sql(*more)
        table = "experts_searchdocument"
        if name == "level":
            return self._counting_levels(filters, more)
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

    def _counting_levels(self, filters: Filters, more: Sequence[str]) -> tuple[str, list[Any]]:
        """Count each least level by itself: all of several skills have to reach it."""
        statements, given = [], []
        for level in (1, 2, 3):
            asked = [self._skill(slug, level) for slug in filters.skills]
            own = [facets.lexeme(facets.facet(Kind.LEVEL, level)), *asked]
            where, its_given = self.condition(filters).sql(*own, *more)
            statements.append(
                f"SELECT 'level', {facets.facet(Kind.LEVEL, level)}, count(*)"  # noqa: S608
                f" FROM experts_searchdocument WHERE {where}"
            )
            given += its_given
        return " UNION ALL ".join(statements), given

    def _skill(self, slug: str, level: int) -> str:
        key = self.skill_keys.get(slug)
        return facets.lexeme(facets.skill(key, level)) if key else NOBODY

    def _zones(self, filters: Filters) -> list[int] | None:
        if filters.shared is None:
            return None
        shared = hours.sharing(filters.zone, on=self.on)
        return [
            facets.named(Kind.ZONE, name)
            for name, together in shared.items()
            if together >= filters.shared
        ]


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


def _any(kind: Kind, chosen: Sequence[str], keys: Mapping[str, int]) -> list[str]:
    """Return the text query for any of what was chosen; what is unknown fits nobody."""
    known = [facets.facet(kind, keys[slug]) for slug in chosen if slug in keys]
    if not chosen:
        return []
    return [facets.one_of(known)] if known else [NOBODY]


def _sample(size: int) -> str:
    return facets.lexeme(facets.facet(Kind.SAMPLE, size))


def _stride(about: int) -> int:
    """Return one in how many documents to count of a set of about this size."""
    if about < EXACT:
        return 1
    return FEW if about < MANY else MOST
