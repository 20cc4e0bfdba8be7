"""One question to the job board: which open jobs, in pages by keys, and how many per choice."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from accounts.models import User
from experts.meaning import Meaning, Taxonomy, Word, meaning_of, meant
from experts.models import Expert
from jobs import selectors
from jobs.models import Job, JobSkill, Match
from jobs.models.job import TEXT
from marketplace.kit import hours

Counts = dict[str, dict[str, int]]
TOTAL = ""
# The least working hours shared with the client, and how many days ago, that one may ask for.
SHARED_HOURS = (2, 4, 6)
DAYS = (1, 7, 30)
# Where the steps of the budget histogram begin, in whole units of money; the last is open.
BUDGETS = (0, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000)
NUMBER = re.compile(r"-?[0-9]{1,15}")


class Says(Func):
    """Whether the words of a row fit a text query that is ready."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()


# For each filter, what of a job it chooses by.
CHOSEN_BY: Mapping[str, Combinable] = {
    "use_case": F("use_case__slug"),
    "sensitivity": F("sensitivity"),
    "skills": F("skills__skill__slug"),
    "language": Func(F("languages"), function="unnest", output_field=CharField()),
    "hours": F("time_zone"),
    "budget": Func(
        F("budget_max_minor"),
        Value([100 * least for least in BUDGETS[1:]]),
        template="width_bucket(%(expressions)s::bigint[])::text",
        output_field=CharField(),
    ),
}


class Listed(NamedTuple):
    """A job (key) of a page, and its value in the order of the page."""

    pk: int
    published_at: datetime
    public_id: str
    rank: Any


@dataclass(frozen=True, slots=True)
class Page:
    """The jobs of a page in their order, and where the next one begins."""

    jobs: Sequence[Listed]
    after: str


@dataclass(frozen=True, slots=True)
class Wider:
    """The question without the one filter that costs most, and how many jobs it would show."""

    name: str
    count: int


class Board:
    """The answer; each part is asked for when the page shows it.

    Words mean what they mean to the search of experts: a text, or a skill by any of its names.
    Who finds nothing because of a mistyped word gets what was probably meant. The counts of a
    filter's choices are computed without that filter: they say what another choice would show.
    """

    def __init__(
        self,
        user: User | AnonymousUser,
        asked: Mapping[str, Any],
        expert: Expert | None,
        *,
        at: datetime,
    ) -> None:
        """Ask for what `jobs.forms.board.BoardForm.found` says.

        :param expert: the reader's profile; without one, what only an expert may ask asks nothing.
        """
        self.user, self.expert, self.at = user, expert, at
        self.text, self.sort = str(asked.get("q", "")), str(asked.get("sort", ""))
        is_experts = expert is not None
        self.filters = {
            name: value
            for name, value in asked.items()
            if name not in {"q", "sort"} and (is_experts or name != "fits")
        }
        self.taxonomy = Taxonomy()

    @property
    def total(self) -> int:
        """How many jobs fit."""
        return self._total_of(self.counts)

    @property
    def hint(self) -> str:
        """What to know about a retired model that is asked for."""
        return self._tried[0].hint

    @property
    def correction(self) -> str:
        """The words that are answered, where those typed find nothing."""
        return self._tried[2]

    @property
    def words(self) -> str:
        """The words that are answered."""
        return self.correction or self.text

    @property
    def stems(self) -> list[str]:
        """Those words as a text has them."""
        return self._tried[0].stems

    def page(self, size: int, after: str = "") -> Page:
        """Return one page; an `after` that is none begins at the first."""
        rows = self._jobs().annotate(rank=self._rank()).order_by("-rank", "-pk")
        if key := _key_of(after, is_moment=self._is_by_age):
            rank, public_id = key
            last = Job.objects.filter(public_id=public_id).values("pk")[:1]
            rows = rows.filter(Q(rank__lt=rank) | Q(rank=rank, pk__lt=last))
        named = rows.values_list("pk", "published_at", "public_id", "rank")[: size + 1]
        found = [Listed(pk, at, public_id, rank) for pk, at, public_id, rank in named if at]
        if len(found) <= size:
            return Page(found, "")
        end = found[size - 1]
        return Page(found[:size], f"{_written(end.rank)}_{end.public_id}")

    @property
    def budgets(self) -> list[int]:
        """How many jobs have their highest budget in each step, without the budget asked for."""
        steps = self.counts["budget"]
        return [steps.get(str(step), 0) for step in range(len(BUDGETS))]

    @property
    def first_budget(self) -> int:
        """Return the step at which the budget asked for begins."""
        asked = self.filters.get("budget")
        return _step_of(asked.minor if asked else 0)

    @property
    def last_budget(self) -> int:
        """Return the last step, for a budget is asked for from below alone."""
        return len(BUDGETS) - 1

    @property
    def counts(self) -> Counts:
        """How many jobs each choice of a filter would show, without the filter's own choice."""
        return self._tried[1]

    @cached_property
    def wider(self) -> Wider | None:
        """Return the filter whose removal helps most, if any one of them does; one statement."""
        applied = [*(["q"] if self.text else []), *self.filters]
        if not applied:
            return None
        parts = [
            self._saying(self._tried[0], without=name)
            .order_by()
            .values_list(Value(name))
            .annotate(count=Count("pk"))
            for name in applied
        ]
        options = [Wider(*row) for row in parts[0].union(*parts[1:], all=True)]
        best = max(options, key=lambda option: option.count, default=None)
        return best if best and best.count > self.total else None

    # --- Asking

    @cached_property
    def _tried(self) -> tuple[Meaning, Counts, str]:
        meaning = meaning_of(self.text, self.taxonomy)
        counts = self._counted(meaning)
        is_found = self._total_of(counts) or not self.text
        turns = () if is_found else meant(self.text, self.taxonomy)
        for better in chain.from_iterable(turns):
            other = meaning_of(better, self.taxonomy)
            if self._total_of(more := self._counted(other)):
                return other, more, better
        return meaning, counts, ""

    def _counted(self, meaning: Meaning) -> Counts:
        """Count the jobs, and those of each choice; one statement."""
        parts = [
            jobs.order_by()
            .annotate(named=Value(name), choice=choice)
            .values_list("named", "choice")
            .annotate(count=Count("pk", distinct=True))
            for name, choice, jobs in self._parts(meaning)
        ]
        counts: Counts = {name: {} for name in (TOTAL, *CHOSEN_BY, "days", "fits")}
        for name, choice, count in parts[0].union(*parts[1:], all=True):
            counts[name][choice] = count
        counts["hours"] = self._sharing(counts["hours"])
        counts["days"] = _together(counts["days"], DAYS)
        return counts

    def _parts(self, meaning: Meaning) -> Iterator[tuple[str, Combinable, QuerySet[Job]]]:
        """Yield what is counted: its name, by which value, and among which jobs."""
        yield TOTAL, Value(""), self._saying(meaning)
        for name, choice in CHOSEN_BY.items():
            yield name, choice, self._saying(meaning, without=name)
        yield "days", self._age(), self._saying(meaning, without="days")
        if self.expert:
            yield "fits", Value("on"), self._saying(meaning, fits=True)

    def _age(self) -> Combinable:
        """Return the least number of days within which a job was published, as text."""
        bands = [
            When(published_at__gt=self._days_ago(days), then=Value(str(days))) for days in DAYS
        ]
        return Case(*bands, default=Value(""), output_field=CharField())

    def _sharing(self, of_zones: Mapping[str, int]) -> dict[str, int]:
        """Return how many jobs share at least so many working hours with the reader."""
        shared = hours.sharing(self._zone, on=self.at.date())
        return {
            str(least): sum(each for zone, each in of_zones.items() if shared.get(zone, 0) >= least)
            for least in SHARED_HOURS
        }

    def _total_of(self, counts: Counts) -> int:
        return sum(counts[TOTAL].values())

    def _jobs(self) -> QuerySet[Job]:
        return self._saying(self._tried[0])

    def _saying(self, meaning: Meaning, *, without: str = "", **also: Any) -> QuerySet[Job]:
        asked = self.filters | also
        jobs = self._narrowed({name: value for name, value in asked.items() if name != without})
        return jobs if without == "q" else _saying(jobs, meaning, self.text)

    def _narrowed(self, asked: dict[str, Any]) -> QuerySet[Job]:
        if least := asked.pop("hours", None):
            shared = hours.sharing(self._zone, on=self.at.date())
            asked["zones"] = [name for name, together in shared.items() if together >= least]
        if days := asked.pop("days", None):
            asked["since"] = self._days_ago(days)
        asked["fits"] = self.expert if asked.get("fits") else None
        return selectors.narrowed(self.user, **asked)

    def _days_ago(self, days: int) -> datetime:
        return self.at - timedelta(days=days)

    @property
    def _zone(self) -> str:
        return (self.user.time_zone if isinstance(self.user, User) else "") or "UTC"

    # --- The order

    @property
    def _is_by_age(self) -> bool:
        return self.sort != "budget" and not (self.sort == "fit" and self.expert)

    def _rank(self) -> Combinable:
        """Return by what the jobs follow each other, the highest first."""
        if self._is_by_age:
            return F("published_at")
        if self.sort == "budget":
            return Coalesce(F("budget_max_minor"), 0)
        match = Match.objects.fitting().filter(job=OuterRef("pk"), expert=self.expert)
        # A score is never less than nothing; whom no match found stand behind all.
        return Coalesce(Subquery(match.values("score")), -1, output_field=IntegerField())


def _saying(jobs: QuerySet[Job], meaning: Meaning, text: str) -> QuerySet[Job]:
    """Keep the jobs that say every word, or ask for a skill it names."""
    if text and not meaning.words:
        return jobs.none()
    for word in meaning.words:
        jobs = jobs.filter(_named(word))
    return jobs


def _named(word: Word) -> Q:
    wanted = JobSkill.objects.filter(skill__in=word.skills).values("job")
    found = Q(pk__in=wanted)
    if word.query:
        # By the index, which an OR beside it would keep from being used.
        found |= Q(pk__in=Job.objects.filter(Says(TEXT, Value(word.query))).values("pk"))
    return found


def _step_of(minor: int) -> int:
    """Return the step of the histogram a budget falls into, as the database does."""
    return sum(minor >= 100 * least for least in BUDGETS[1:])


def _together(bands: Mapping[str, int], steps: Sequence[int]) -> dict[str, int]:
    """Return how many lie within each step, from how many lie within no smaller one."""
    return {
        str(most): sum(bands.get(str(step), 0) for step in steps if step <= most) for most in steps
    }


def _key_of(after: str, *, is_moment: bool) -> tuple[datetime | int, str] | None:
    """Return the key a page begins after, or nothing where that is none of this order."""
    text, _, public_id = after.partition("_")
    rank = _moment(text) if is_moment else _number(text)
    has_key = public_id.isascii() and public_id.isprintable()
    return (rank, public_id) if rank is not None and has_key else None


def _written(rank: datetime | int) -> str:
    """Write a place in the order so that it stands in an address as it is, where a + is a space."""
    return rank.isoformat().replace("+00:00", "Z") if isinstance(rank, datetime) else str(rank)


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None
