"""A question as conditions, which the database and the gathered sets understand alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from experts import facets
from experts.facets import Kind
from experts.filters import Filters
from experts.meaning import Taxonomy, Word
from marketplace.kit import hours

# "Available this week".
SOON = timedelta(days=7)
NOBODY = "'=0'"


@dataclass(frozen=True, slots=True)
class Need:
    """What a document has to say: any of these facets; or, with words, what a text query finds."""

    codes: tuple[int, ...]
    words: str = ""

    @property
    def query(self) -> str:
        """It as a text query; no facet at all is nobody's."""
        return self.words or (facets.one_of(self.codes) if self.codes else NOBODY)


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison of a column with a value; `=` asks for one of several values."""

    column: str
    sign: str
    value: Any

    @property
    def sql(self) -> str:
        """It as SQL that is given the value."""
        given = "ANY (%s)" if self.sign == "=" else "%s"
        return f"{self.column} {self.sign} {given}"

    @property
    def given(self) -> Any:
        """What the SQL is given: several values as an array."""
        return list(self.value) if self.sign == "=" else self.value

    def holds(self, value: Any) -> bool:
        """Whether a value of the column is within it."""
        if self.sign == "=":
            return value in self.value
        return bool(value >= self.value if self.sign == ">=" else value <= self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything a document needs, and the bounds of its columns."""

    needs: Sequence[Need]
    bounds: Sequence[Bound]

    def sql(self, *more: str) -> tuple[str, list[Any]]:
        """Return it as SQL with further lexemes, and what that is given."""
        words = " & ".join((*(need.query for need in self.needs), *more))
        parts, given = [bound.sql for bound in self.bounds], [bound.given for bound in self.bounds]
        if words:
            parts, given = ["lexemes @@ %s::tsquery", *parts], [words, *given]
        return " AND ".join(parts) or "true", given


class Asked:
    """Makes conditions of questions that use the same words, on a day."""

    def __init__(self, words: Sequence[Word], taxonomy: Taxonomy, *, on: date) -> None:
        self.words, self.on = words, on
        self.skill_keys = {term.slug: term.key for term in taxonomy.skills}
        self.family_keys = {term.slug: term.key for term in taxonomy.families}
        self.work_keys = {term.slug: term.key for term in taxonomy.works}
        self.domain_keys = {term.slug: term.key for term in taxonomy.domains}

    def condition(self, filters: Filters) -> Condition:
        """Return the condition of a question."""
        said = [Need((), word.condition) for word in self.words if word.condition]
        needs = (said or [Need(())]) if filters.text else []
        needs += [self.skill(slug, filters.level) for slug in filters.skills]
        if filters.level > 1:
            needs.append(_single(Kind.LEVEL, filters.level))
        needs += [Need((facets.named(Kind.LANGUAGE, code),)) for code in filters.languages]
        if filters.country:
            needs.append(Need((facets.named(Kind.COUNTRY, filters.country),)))
        if filters.rating:
            needs.append(_single(Kind.RATING, filters.rating))
        needs += _any(Kind.FAMILY, filters.families, self.family_keys)
        needs += _any(Kind.WORK, filters.works, self.work_keys)
        needs += _any(Kind.DOMAIN, filters.domains, self.domain_keys)
        bounds = (
            Bound("rate_minor", ">=", filters.rate_min),
            Bound("rate_minor", "<=", filters.rate_max),
            Bound("hours_per_week", ">=", filters.hours),
            Bound("zone", "=", self._zones(filters)),
            Bound("free_on", "<=", self.on + SOON if filters.soon else None),
        )
        return Condition(needs, [bound for bound in bounds if bound.value is not None])

    def reaching(self, filters: Filters, level: int) -> Condition:
        """Return the condition of a question, and that all its skills reach a level."""
        asked = self.condition(filters)
        own = [_single(Kind.LEVEL, level), *(self.skill(slug, level) for slug in filters.skills)]
        return Condition([*asked.needs, *own], asked.bounds)

    def skill(self, slug: str, level: int) -> Need:
        """Return the need of a valid badge in a skill at a level or a higher one."""
        key = self.skill_keys.get(slug)
        return Need((facets.skill(key, level),) if key else ())

    def _zones(self, filters: Filters) -> tuple[int, ...] | None:
        if filters.shared is None:
            return None
        shared = hours.sharing(filters.zone, on=self.on)
        return tuple(
            facets.named(Kind.ZONE, name)
            for name, together in shared.items()
            if together >= filters.shared
        )


def _single(kind: Kind, value: int) -> Need:
    return Need((facets.facet(kind, value),))


def _any(kind: Kind, chosen: Sequence[str], keys: Mapping[str, int]) -> list[Need]:
    """Return the need of any of what was chosen; what is unknown fits nobody."""
    known = tuple(facets.facet(kind, keys[slug]) for slug in chosen if slug in keys)
    return [Need(known)] if chosen else []
