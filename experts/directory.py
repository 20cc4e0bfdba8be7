"""Finds experts: what a reader asks for, who fits, and how many would fit each other choice."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Extract, Greatest, Power

from experts import reputation
from experts.models import Badge, Evidence, Expert, ExpertSkill, Skill, SkillAlias, WorkRecord
from experts.reputation import Reputation
from experts.selectors import reputations
from marketplace.kit.places import country_name, language_name

# Words beyond these narrow nothing and cost a scan each.
MOST_WORDS = 8
# "Available this week".
SOON = timedelta(days=7)
MANY_HOURS = 30
# The rate histogram: so many steps of $20 an hour; the last holds everyone above.
RATE_STEP = 20_00
RATE_STEPS = 16
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks for. Rates are minor units per hour; `level` is the least one, 1 to 3."""

    text: str = ""
    skills: tuple[str, ...] = ()
    level: int = 1
    rate_min: int | None = None
    rate_max: int | None = None
    hours: int | None = None
    soon: bool = False
    languages: tuple[str, ...] = ()
    country: str = ""
    sort: str = "evidence"

    def without(self, name: str, value: str = "") -> "Filters":
        """Return the same question without one filter, or without one of its values."""
        kept = (
            tuple(each for each in getattr(self, name) if each != value) if value else UNSET[name]
        )
        changes: dict[str, Any] = {name: kept}
        return replace(self, **changes)

    def applied(self) -> list[tuple[str, str]]:
        """Return (filter, value) of everything asked for; the value names one of several."""
        several = [(name, value) for name in SEVERAL for value in getattr(self, name)]
        single = [(name, "") for name in SINGLE if getattr(self, name) != UNSET[name]]
        return [*several, *single]


UNSET: Mapping[str, Any] = {each.name: each.default for each in fields(Filters)}
SEVERAL = ("skills", "languages")
SINGLE = ("text", "level", "rate_min", "rate_max", "hours", "soon", "country")


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


@dataclass(frozen=True, slots=True)
class Row:
    """An expert as the list shows them: what was asked for first, and the strongest proof of it."""

    expert: Expert
    badges: Sequence[Badge]
    asked: frozenset[int]
    proof: Evidence | None
    reputation: Reputation


class Directory:
    """The answer to one question. Every figure is one query, asked for when the page shows it.

    The counts of a group of choices are computed without that group's own filter: they say what
    choosing another value would show.
    """

    def __init__(self, filters: Filters, *, on: date) -> None:
        self.filters, self.on = filters, on

    def experts(self) -> QuerySet[Expert]:
        """Return the experts who fit, in the order asked for, with all that a result row shows."""
        valid = Badge.objects.valid().select_related("skill", "application")
        badges = Prefetch(
            "badges", valid.prefetch_related("application__evidence"), to_attr="shown_badges"
        )
        found = in_order(self.matching(self.filters), self.filters, self.on)
        return found.select_related("user").prefetch_related(badges)

    def rows(self, experts: Sequence[Expert]) -> list[Row]:
        """Return a page of `experts()` as the list shows them."""
        asked = frozenset(self.filters.skills)
        scores = reputations([expert.pk for expert in experts], on=self.on)
        return [row_of(expert, asked, scores[expert.pk]) for expert in experts]

    @cached_property
    def total(self) -> int:
        """Return how many experts fit."""
        return self.count(self.filters)

    def count(self, filters: Filters) -> int:
        """Return how many experts would fit another question."""
        return self.matching(filters).count()

    @cached_property
    def skills(self) -> list[Choice]:
        """Return every skill we vet: those chosen, then most experts first."""
        experts = self.matching(self.filters.without("skills"))
        holders = Badge.objects.valid().filter(expert__in=experts, level__gte=self.filters.level)
        counts = dict(holders.order_by().values_list("skill").annotate(Count("expert")))
        skills = [
            Choice(
                skill.slug, skill.name, counts.get(skill.pk, 0), skill.slug in self.filters.skills
            )
            for skill in Skill.objects.badgeable()
        ]
        return sorted(skills, key=lambda choice: (not choice.is_on, -choice.count))

    @cached_property
    def levels(self) -> list[tuple[int, int]]:
        """Return (least level, how many it would show), highest first."""
        return [(level, self.count(replace(self.filters, level=level))) for level in (3, 2, 1)]

    @cached_property
    def languages(self) -> list[Choice]:
        """Return the languages of those who fit all else, most experts first."""
        found = self.matching(self.filters.without("languages"))
        spoken = Counter(code for row in found.values_list("languages", flat=True) for code in row)
        return choices(spoken, language_name, self.filters.languages)

    @cached_property
    def countries(self) -> list[Choice]:
        """Return the countries of those who fit all else, most experts first."""
        found = self.matching(self.filters.without("country"))
        places = Counter(found.values_list("country", flat=True))
        return choices(places, country_name, [self.filters.country])

    @cached_property
    def soon(self) -> int:
        """Return how many are free within a week."""
        return self.count(replace(self.filters, soon=True))

    @cached_property
    def many_hours(self) -> int:
        """Return how many have thirty hours a week."""
        return self.count(replace(self.filters, hours=MANY_HOURS))

    @cached_property
    def rates(self) -> list[int]:
        """Return how many experts fall into each step of the hourly rate."""
        found = self.matching(self.filters.without("rate_min").without("rate_max"))
        steps = Counter(step_of(rate) for rate in found.values_list("rate_minor", flat=True))
        return [steps[step] for step in range(RATE_STEPS)]

    @property
    def first_step(self) -> int:
        """Return the step of the histogram at which the asked range begins."""
        return step_of(self.filters.rate_min or 0)

    @property
    def last_step(self) -> int:
        """Return the step at which it ends."""
        asked = self.filters.rate_max
        return RATE_STEPS - 1 if asked is None else step_of(asked)

    @cached_property
    def wider(self) -> Wider | None:
        """Return the filter whose removal helps most, if any one of them does."""
        options = [
            Wider(name, value, self.count(self.filters.without(name, value)))
            for name, value in self.filters.applied()
        ]
        best = max(options, key=lambda option: option.count, default=None)
        return best if best and best.count > self.total else None

    @cached_property
    def hint(self) -> str:
        """Return what to know about a retired model the reader asks for."""
        return self._meaning[1]

    def matching(self, filters: Filters) -> QuerySet[Expert]:
        """Return the experts with a valid badge who fit a question, each once."""
        found = Expert.objects.filter(
            terms(filters, self.on), Exists(badges_of_each(filters.level))
        ).findable()
        for slug in filters.skills:
            found = found.filter(Exists(badges_of_each(filters.level).filter(skill__slug=slug)))
        for word, skills in self._meaning[0] if filters.text else ():
            found = found.filter(says(word, skills))
        return found

    @cached_property
    def _meaning(self) -> tuple[list[tuple[str, frozenset[int]]], str]:
        return meaning_of(self.filters.text)


def step_of(rate: int) -> int:
    """Return the step of the histogram a rate falls into, in minor units."""
    return min(rate // RATE_STEP, RATE_STEPS - 1)


def row_of(expert: Expert, asked: frozenset[str], score: Reputation) -> Row:
    """Put the badges asked for first, then by level, and find the first proof one may open."""
    shown: list[Badge] = expert.shown_badges  # type: ignore[attr-defined]  # prefetched by experts()
    badges = sorted(shown, key=lambda badge: (badge.skill.slug not in asked, -badge.level))
    public = [
        piece for badge in badges for piece in badge.application.evidence.all() if piece.is_public
    ]
    measured = [piece for piece in public if piece.before and piece.after]
    return Row(
        expert=expert,
        badges=badges,
        asked=frozenset(badge.skill_id for badge in badges if badge.skill.slug in asked),
        proof=next(iter(measured or public), None),
        reputation=score,
    )


def meaning_of(text: str) -> tuple[list[tuple[str, frozenset[int]]], str]:
    """Return the words with the skills each names, by title or alias, and a hint if one has it."""
    words = text.lower().split()[:MOST_WORDS]
    if not words:
        return [], ""
    titles = Skill.objects.values_list("pk", "name", "title")
    names = [(pk, f"{name} {title}".lower()) for pk, name, title in titles]
    aliases = list(SkillAlias.objects.select_related("release"))
    names += [(row.skill_id, row.alias.lower()) for row in aliases]
    phrase = " ".join(words)
    hints = (row.advice for row in aliases if row.alias.lower() in phrase)
    hint = next(filter(None, hints), "")
    return [(word, frozenset(pk for pk, name in names if word in name)) for word in words], hint


def badges_of_each(level: int) -> QuerySet[Badge]:
    """Return the valid badges of the expert at hand, from a level on."""
    return Badge.objects.valid().filter(expert=OuterRef("pk"), level__gte=level)


def says(word: str, skills: frozenset[int]) -> Q:
    """Return the condition that a profile has a word, or a skill the word names."""
    proven = Badge.objects.valid().filter(skill__in=skills).values("expert")
    claimed = ExpertSkill.objects.filter(skill__in=skills).values("expert")
    return (
        Q(user__name__icontains=word)
        | Q(headline__icontains=word)
        | Q(overview__icontains=word)
        | Q(pk__in=proven)
        | Q(pk__in=claimed)
    )


def terms(filters: Filters, on: date) -> Q:
    """Return the conditions on rate, time, language and place."""
    wanted = {
        "rate_minor__gte": filters.rate_min,
        "rate_minor__lte": filters.rate_max,
        "hours_per_week__gte": filters.hours,
        "languages__contains": list(filters.languages) or None,
        "country": filters.country or None,
    }
    condition = Q(**{lookup: value for lookup, value in wanted.items() if value is not None})
    if filters.soon:
        free = Q(available_on=None) | Q(available_on__lte=on + SOON)
        condition &= Q(is_open=True) & free
    return condition


def in_order(found: QuerySet[Expert], filters: Filters, on: date) -> QuerySet[Expert]:
    """Sort; the last word is always the key, so pages are stable.

    By evidence: levels in the skills asked for, then levels in any, then the score; who has none
    yet stands where the score begins.
    """
    proven = Badge.objects.valid().filter(expert=OuterRef("pk"))
    asked = proven.filter(skill__slug__in=filters.skills)
    rated = found.annotate(
        score=Coalesce(score_on(on), reputation.PRIOR_MEAN),
        asked_levels=sum_of_levels(asked),
        all_levels=sum_of_levels(proven),
    )
    orders: Mapping[str, Sequence[Any]] = {
        "evidence": ("-asked_levels", "-all_levels", "-score"),
        "soonest": ("-is_open", F("available_on").asc(nulls_first=True)),
        "cheapest": ("rate_minor",),
        "dearest": ("-rate_minor",),
    }
    return rated.order_by(*orders[filters.sort], "pk")


def score_on(day: date) -> Subquery:
    """Return the score of the expert at hand as SQL; a test holds it against the function."""
    age = Extract(Value(day, DateField()) - F("completed_on"), "epoch") / SECONDS_PER_DAY
    halved = When(follows_lost_dispute=True, then=Value(reputation.AFTER_LOST_DISPUTE))
    share = Case(halved, default=Value(1.0))
    weight = share * Power(0.5, Greatest(age, 0.0) / float(reputation.HALF_LIFE_DAYS))
    counted = WorkRecord.objects.filter(expert=OuterRef("pk"), is_linked=False)
    weighed = (
        counted.exclude(amount_band__in=reputation.TOO_SMALL)
        .annotate(weight=weight)
        .order_by()
        .values("expert")
        .annotate(weights=Sum("weight"), points=Sum(F("weight") * F("rating")))
    )
    score = reputation.mean_with_prior(F("points"), F("weights"))  # type: ignore[arg-type]  # SQL adds the same way
    return Subquery(weighed.values(score=score), output_field=FloatField())


def sum_of_levels(badges: QuerySet[Badge]) -> Coalesce:
    """Return the sum of badge levels of the expert at hand."""
    levels = badges.order_by().values("expert").annotate(total=Sum("level")).values("total")
    return Coalesce(Subquery(levels), 0)


def choices(
    counts: Mapping[str, int], name: Callable[[str], str], chosen: Sequence[str]
) -> list[Choice]:
    """Return the values that occur, most first; a chosen one stays even when nobody fits it."""
    values = {*counts, *filter(None, chosen)}
    found = [Choice(value, name(value), counts.get(value, 0), value in chosen) for value in values]
    return sorted(found, key=lambda choice: (not choice.is_on, -choice.count, choice.label))
