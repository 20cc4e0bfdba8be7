"""Asks the search: which experts, in which order, and how many of each facet."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from experts import facets, gathered
from experts.conditions import SOON, Asked, Bound, Condition
from experts.counting import FREE_SOON, GROUPS, LEVELS, TOTAL, Counts, Documents, ask
from experts.facets import Kind
from experts.filters import Filters
from experts.fit import BEST, Fit, Place
from experts.gathered import Present
from experts.meaning import Taxonomy, Word

CURSOR = re.compile(r"^(\d{1,9}(?:\.\d{1,9}){0,2})\.([a-z]{3}_[0-9a-z]{12})$")
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


@dataclass(frozen=True, slots=True)
class Page:
    """The experts (keys) of a page in their order, and where the next one begins."""

    experts: Sequence[int]
    after: str


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
        self._documents = Documents(self.conditions, on=on)

    def page(self, size: int, after: str = "") -> Page:
        """Return one page of those who fit; an `after` that is none begins at the first.

        Keys and not numbers of pages: nobody is shown twice or left out when others come and go.
        """
        if self._is_by_fit and self.present:
            return self._page_by_fit(self.present, size, after)
        sql, given = self._listing(size, after)
        rows = ask(f"{sql} LIMIT %s", [*given, size + 1])
        experts = [row[0] for row in rows[:size]]
        return Page(experts, _cursor(*rows[size - 1][1:]) if len(rows) > size else "")

    def fitting(self, experts: Iterable[int]) -> list[int]:
        """Return those of these experts (keys) who fit, the most proof first."""
        where, given = self.conditions.condition(self.filters).sql()
        sql = (
            "SELECT expert_id FROM experts_searchdocument"  # noqa: S608
            f" WHERE expert_id = ANY (%s) AND {where} ORDER BY quality DESC, expert_id"
        )
        return [key for (key,) in ask(sql, [list(experts), *given])]

    @cached_property
    def counts(self) -> Counts:
        """The total and the counts of every group of choices."""
        parts = {"": self.filters} | {name: self._without(name) for name in self._open_groups()}
        if self.present is None:
            is_small = self._now.are_few
            samples = dict.fromkeys(parts, 1) if is_small else self._documents.samples(parts)
            return self._documents.counted(parts, samples)
        found = Counts()
        if self.present.fresh:
            found = self._documents.counted(
                parts, dict.fromkeys(parts, 1), among=self.present.fresh
            )
        for name, filters in parts.items():
            for code, count in self._gathered(name, filters):
                found.of[name][code] = found.of[name].get(code, 0) + count
        return found

    def totals(self, questions: Sequence[Filters]) -> list[int]:
        """Return how many would fit each of these questions; the documents count to `ENOUGH`."""
        if not questions:
            return []
        conditions = [self.conditions.condition(filters) for filters in questions]
        if self.present is None:
            return self._documents.totals(conditions)
        known = [len(hits) for hits in self.present.hits(conditions)]
        fresh = self.present.fresh
        newer = self._documents.totals(conditions, among=fresh) if fresh else [0] * len(known)
        return [old + new for old, new in zip(known, newer, strict=True)]

    @cached_property
    def asked(self) -> set[int]:
        """The skills (keys) asked for, by filter or by word."""
        keys = self.conditions.skill_keys
        chosen = {keys[slug] for slug in self.filters.skills if slug in keys}
        return chosen.union(*(word.skills for word in self.words))

    @property
    def present(self) -> Present | None:
        """What is there now, from sets; nothing where there are none."""
        return self._now.present

    @cached_property
    def _now(self) -> gathered.Now:
        return gathered.now()

    # --- Finding

    @property
    def _is_by_fit(self) -> bool:
        return self.filters.sort == "evidence" and bool(self.words or self.filters.skills)

    def _listing(self, size: int, after: str) -> tuple[str, list[Any]]:
        if self._is_by_fit:
            return self._by_fit(after)
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
        begins = self.present.behind(hits, *key) if key else 0
        known = [self.present.base.experts[place] for place in hits[begins : begins + size]]
        where, given = _fresh(self.present, condition)
        either = f"expert_id = ANY (%s) OR ({where})" if where else "expert_id = ANY (%s)"
        return either, [known, *given]

    def _by_fit(self, after: str) -> tuple[str, list[Any]]:
        key = _key_of(after, 3)
        sql, given = self._fit.of_documents(*self.conditions.condition(self.filters).sql())
        if key:
            sql += f" WHERE (asked, fit, quality, -expert_id) < (%s, %s, %s, -{_KEY})"
            given += key
        return f"{sql} ORDER BY asked DESC, fit DESC, quality DESC, expert_id", given

    def _page_by_fit(self, present: Present, size: int, after: str) -> Page:
        """Return a page in the order of fit by what is gathered, and by who changed since."""
        key = _key_of(after, 3)
        condition = self.conditions.condition(self.filters)
        (hits,) = present.hits([condition])
        places = present.promising(hits[:BEST], self.asked, size + 1, *key[:1])
        found = self._fit.of_gathered(present, places, _fresh(present, condition))
        best = sorted(found, key=lambda place: (-place.quality, place.expert))[:BEST]
        best.sort(key=lambda place: place.order)
        if key:
            asked, fit, quality, public_id = key
            last = Place(gathered.key_of(public_id), asked, fit, quality)
            best = [place for place in best if place.order > last.order]
        experts = [place.expert for place in best[:size]]
        if len(best) <= size:
            return Page(experts, "")
        end = best[size - 1]
        return Page(
            experts, _cursor(end.asked, end.fit, end.quality, gathered.public_id_of(end.expert))
        )

    @property
    def _fit(self) -> Fit:
        said = (word.query for word in self.words if word.query)
        return Fit(frozenset(self.asked), tuple(dict.fromkeys(said)))

    # --- Counting

    def _open_groups(self) -> list[str]:
        """Return the groups whose own filter is on, so that they are counted without it.

        A level is that of the skills asked for, so they open its group.
        """
        own = {"rate": ("rate_min", "rate_max"), "level": ("level", "skills")}
        return [name for name in GROUPS if any(map(self.filters.has, own.get(name, (name,))))]

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
            yield from present.base.counts(hits, [GROUPS[name]], level=filters.level)
            return
        counted = {GROUPS[each] for each in self._open_groups()}
        left = [kind for kind in Kind if kind not in counted]
        yield from present.base.counts(hits, left, level=filters.level)
        yield TOTAL, len(hits)
        soon = Condition([], [Bound("free_on", "<=", self.on + SOON)])
        yield FREE_SOON, hits.intersection_cardinality(present.base.matching(soon, {}))


_KEY = "(SELECT id FROM experts_expert WHERE public_id = %s)"
_PUBLIC_ID = "(SELECT public_id FROM experts_expert WHERE id = document.expert_id)"


def _fresh(present: Present, condition: Condition) -> tuple[str, list[Any]]:
    """Return as SQL who changed since the gathering and fits; nothing where nobody did."""
    if not present.fresh:
        return "", []
    where, given = condition.sql()
    return f"expert_id = ANY (%s) AND {where}", [list(present.fresh), *given]


def _cursor(*parts: object) -> str:
    return ".".join(map(str, parts))


def _key_of(after: str, parts: int) -> list[Any]:
    """Return the key a page begins after, or nothing where that is not one of this order."""
    match = CURSOR.match(after)
    numbers = match[1].split(".") if match else []
    return [*map(int, numbers), match[2]] if match and len(numbers) == parts else []
