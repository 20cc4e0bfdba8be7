"""Finds experts: what a reader asks for, who fits, and how many would fit each other choice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Prefetch

from experts import facets
from experts.counting import ENOUGH, FREE_SOON, TOTAL, Counts
from experts.facets import Kind
from experts.filters import Filters
from experts.fit import BEST
from experts.listed import Row, row_of
from experts.meaning import Meaning, Taxonomy, Term, meaning_of, meant
from experts.models import Badge, Expert, Skill
from experts.searching import Page, Search
from experts.selectors import reputations
from marketplace.kit import hours
from marketplace.kit.places import countries, country_name, language_name, languages

# The least shared working hours one may ask for: some, half a day, all of it.
SHARED_HOURS = (1, 4, 8)
# Figures that are not exact are shown with so many digits.
ABOUT_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter and how many experts it would show."""

    value: str
    label: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Wider:
    """The question without the one filter that costs most, and how many experts it would show."""

    name: str
    value: str
    count: int

    @property
    def is_many(self) -> bool:
        """Whether there are more than were counted."""
        return self.count >= ENOUGH


class Directory:
    """The answer to one question; each part is asked for when the page shows it.

    The counts of a group of choices are computed without that group's own filter: they say what
    choosing another value would show. Who finds nobody because of a mistyped word gets the answer
    to what was probably meant, and `correction` says so.
    """

    def __init__(self, filters: Filters, *, on: date, after: str = "") -> None:
        self.asked, self.on, self.after = filters, on, after
        self.taxonomy = Taxonomy()

    @cached_property
    def filters(self) -> Filters:
        """What is answered: what was asked, or what was probably meant."""
        return replace(self.asked, text=self.correction) if self.correction else self.asked

    @cached_property
    def correction(self) -> str:
        """The words that were probably meant, where those that were typed find nobody."""
        return self._meant[0]

    @property
    def others_meant(self) -> list[str]:
        """What else may have been meant."""
        return self._meant[1]

    @cached_property
    def _meant(self) -> tuple[str, list[str]]:
        is_found = not self.asked.text or self._found(self.asked)[1]
        found = (
            (text, [other for other in turn if other != text])
            for turn in (() if is_found else meant(self.asked.text, self.taxonomy))
            for text in turn
            if self._found(replace(self.asked, text=text))[1]
        )
        return next(found, ("", []))

    def page(self, size: int) -> Page:
        """Return the keys of a page in the order asked for, and where the next one begins."""
        return self._search.page(size, self.after)

    def rows(self, experts: Sequence[int]) -> list[Row]:
        """Return these experts as the list shows them; four statements."""
        valid = Badge.objects.valid().select_related("skill", "application")
        badges = Prefetch(
            "badges", valid.prefetch_related("application__evidence"), to_attr="shown_badges"
        )
        found = Expert.objects.select_related("user").prefetch_related(badges).in_bulk(experts)
        scores = reputations(experts, on=self.on)
        rows = [
            row_of(found[key], self._search.asked, scores[key], self._stems)
            for key in experts
            if key in found
        ]
        return [replace(row, shared=self._shared_with(row.expert)) for row in rows]

    @property
    def wanted(self) -> set[int]:
        """The skills (keys) asked for, by filter or by word."""
        return self._search.asked

    def fitting(self, experts: Iterable[int]) -> list[int]:
        """Return those of these experts (keys) who fit, the most proof first; one statement."""
        return self._search.fitting(experts)

    @property
    def look(self) -> tuple[object, ...]:
        """What of the question shows in its rows: skills, words, the reader's zone, the day."""
        return sorted(self._search.asked), self._stems, self.filters.zone, self.on

    @cached_property
    def _stems(self) -> list[str]:
        return self.meaning.stems

    def _shared_with(self, expert: Expert) -> int | None:
        zone = self.filters.zone
        return None if zone == "UTC" else hours.shared_hours(zone, expert.time_zone, on=self.on)

    def totals(self, questions: Sequence[Filters]) -> list[int]:
        """Return how many would fit each of these questions without words; one statement."""
        return self._search.totals(questions)

    @property
    def total(self) -> int:
        """Return how many experts fit; about how many, unless `is_exact`."""
        total = self.counts.of[""].get(TOTAL, 0)
        return total if self.is_exact else round(total, ABOUT_DIGITS - len(str(total)))

    @property
    def is_exact(self) -> bool:
        """Whether every figure is exact."""
        return self.counts.is_exact

    @property
    def is_cut(self) -> bool:
        """Whether only the best are listed, because the order of fit is asked of so many."""
        by_fit = self.filters.sort == "evidence" and (self.filters.text or self.filters.skills)
        return bool(by_fit) and self.total > BEST

    @property
    def best(self) -> int:
        """How many are listed at most in the order of fit."""
        return BEST

    @cached_property
    def counts(self) -> Counts:
        """Return every figure of the page."""
        return self._found(self.filters)[0]

    @property
    def skills(self) -> list[Choice]:
        """Return every skill we vet: those chosen, then most experts first."""
        return self._skills(Skill.Facet.CAPABILITY, Skill.Facet.FOUNDATION)

    @property
    def assurances(self) -> list[Choice]:
        """Return the skills of doing it safely that we vet, in the same order."""
        return self._skills(Skill.Facet.ASSURANCE)

    @property
    def levels(self) -> list[tuple[int, int]]:
        """Return (least level, how many it would show), highest first."""
        counts = self.counts.all("level", Kind.LEVEL)
        return [(level, counts.get(level, 0)) for level in (3, 2, 1)]

    @cached_property
    def languages(self) -> list[Choice]:
        """Return the languages of those who fit all else, most experts first."""
        codes = (code for code, _name in languages())
        return self._named(Kind.LANGUAGE, "languages", codes, language_name)

    @cached_property
    def countries(self) -> list[Choice]:
        """Return the countries of those who fit all else, most experts first."""
        codes = (code for code, _name in countries())
        return self._named(Kind.COUNTRY, "country", codes, country_name)

    @cached_property
    def families(self) -> list[Choice]:
        """Return the families of models that badges are built on, in their order."""
        return self._in_order("families", Kind.FAMILY, self.taxonomy.families)

    @cached_property
    def retiring(self) -> set[str]:
        """Return the families (slugs) of which every model is to be left."""
        return {family.slug for family in self.taxonomy.families if family.is_retiring}

    @cached_property
    def domains(self) -> list[Choice]:
        """Return the industries that those who fit all else have worked in, in their order."""
        return self._in_order("domains", Kind.DOMAIN, self.taxonomy.domains)

    @cached_property
    def works(self) -> list[Choice]:
        """Return the kinds of work that those who fit all else can do, in their order."""
        return self._in_order("works", Kind.WORK, self.taxonomy.works)

    @cached_property
    def shared(self) -> list[tuple[int, int]]:
        """Return (least working hours shared with the reader, how many it would show)."""
        counts = self.counts.all("shared", Kind.ZONE)
        zones = hours.sharing(self.filters.zone, on=self.on)
        there = {
            facets.named(Kind.ZONE, name) - Kind.ZONE.first: each for name, each in zones.items()
        }
        return [
            (least, sum(count for zone, count in counts.items() if there.get(zone, 0) >= least))
            for least in SHARED_HOURS
        ]

    @property
    def ratings(self) -> list[tuple[int, float, int]]:
        """Return (least score in hundredths, the score, how many it would show), highest first."""
        counts = self.counts.all("rating", Kind.RATING)
        return [(least, least / 100, counts.get(least, 0)) for least in reversed(facets.RATINGS)]

    @property
    def soon(self) -> int:
        """Return how many are free within a week."""
        return self.counts.get("", FREE_SOON)

    @property
    def many_hours(self) -> int:
        """Return how many have thirty hours a week."""
        return self.counts.get("hours", facets.facet(Kind.HOURS, facets.MANY_HOURS))

    @property
    def rates(self) -> list[int]:
        """Return how many experts fall into each step of the hourly rate."""
        counts = self.counts.all("rate", Kind.RATE)
        return [counts.get(step, 0) for step in range(facets.RATE_STEPS)]

    @property
    def first_step(self) -> int:
        """Return the step of the histogram at which the asked range begins."""
        return facets.step_of(self.filters.rate_min or 0)

    @property
    def last_step(self) -> int:
        """Return the step at which it ends."""
        asked = self.filters.rate_max
        return facets.RATE_STEPS - 1 if asked is None else facets.step_of(asked)

    @cached_property
    def wider(self) -> Wider | None:
        """Return the filter whose removal helps most, if any one of them does; one statement."""
        applied = self.filters.applied()
        if not applied:
            return None
        counts = self.totals([self.filters.without(*each) for each in applied])
        options = [Wider(*each, count) for each, count in zip(applied, counts, strict=True)]
        best = max(options, key=lambda option: option.count)
        return best if best.count > self.total else None

    @property
    def hint(self) -> str:
        """Return what to know about a retired model the reader asks for."""
        return self.meaning.hint

    @cached_property
    def meaning(self) -> Meaning:
        """Return what the words mean."""
        return self._meanings(self.filters.text)

    @property
    def _search(self) -> Search:
        return self._asking(self.filters)

    def _found(self, filters: Filters) -> tuple[Counts, int]:
        """Return the figures of a question and its total."""
        counts = self._asking(filters).counts
        return counts, counts.of[""].get(TOTAL, 0)

    def _asking(self, filters: Filters) -> Search:
        """Return the search for a question, one for each text that is tried."""
        if filters.text not in self._tried:
            words = self._meanings(filters.text).words
            self._tried[filters.text] = Search(filters, words, self.taxonomy, on=self.on)
        return self._tried[filters.text]

    @cached_property
    def _tried(self) -> dict[str, Search]:
        return {}

    def _meanings(self, text: str) -> Meaning:
        if text not in self._meanings_of:
            self._meanings_of[text] = meaning_of(text, self.taxonomy)
        return self._meanings_of[text]

    @cached_property
    def _meanings_of(self) -> dict[str, Meaning]:
        return {}

    def _skills(self, *kinds: str) -> list[Choice]:
        level, chosen = self.filters.level, self.filters.skills
        found = [
            Choice(
                skill.slug,
                skill.name,
                self.counts.get("skills", facets.skill(skill.key, level)),
                skill.slug in chosen,
            )
            for skill in self.taxonomy.skills
            if skill.is_badgeable and skill.facet in kinds
        ]
        return sorted(found, key=lambda choice: (not choice.is_on, -choice.count))

    def _in_order(self, name: str, kind: Kind, terms: Iterable[Term]) -> list[Choice]:
        """Return the terms that occur or are chosen."""
        counts, chosen = self.counts.all(name, kind), getattr(self.filters, name)
        return [
            Choice(term.slug, term.name, counts.get(term.key, 0), term.slug in chosen)
            for term in terms
            if term.slug in chosen or term.key in counts
        ]

    def _named(
        self, kind: Kind, name: str, codes: Iterable[str], label: Callable[[str], str]
    ) -> list[Choice]:
        counts = self.counts.all(name, kind)
        by_code = {
            code: count
            for code in codes
            if (count := counts.get(facets.named(kind, code) - kind.first))
        }
        chosen = getattr(self.filters, name)
        return choices(by_code, label, [chosen] if isinstance(chosen, str) else chosen)


def choices(
    counts: Mapping[str, int], name: Callable[[str], str], chosen: Sequence[str]
) -> list[Choice]:
    """Return the values that occur, most first; a chosen one stays even when nobody fits it."""
    values = {*counts, *filter(None, chosen)}
    found = [Choice(value, name(value), counts.get(value, 0), value in chosen) for value in values]
    return sorted(found, key=lambda choice: (not choice.is_on, -choice.count, choice.label))
