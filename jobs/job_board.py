"""One question to the job board: which open jobs, in pages by keys, and how many per choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.dateparse import parse_datetime

from accounts.models import User
from experts.meaning import Meaning, Taxonomy, Word, meaning_of, meant
from experts.models import Expert
from jobs import selectors
from jobs.models import Job, JobSkill
from jobs.models.job import TEXT

Counts = dict[str, dict[str, int]]
TOTAL = ""
# What is counted: all jobs, and for the filters with choices, what of a job they choose by.
COUNTED: Mapping[str, Combinable] = {
    TOTAL: Value(""),
    "use_case": F("use_case__slug"),
    "sensitivity": F("sensitivity"),
    "skills": F("skills__skill__slug"),
}


class Says(Func):
    """Whether the words of a row fit a text query that is ready."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()


class Listed(NamedTuple):
    """A job (key) of a page."""

    pk: int
    published_at: datetime
    public_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """The jobs of a page, the newest first, and where the next one begins."""

    jobs: Sequence[Listed]
    after: str


class Board:
    """The answer; each part is asked for when the page shows it.

    Words mean what they mean to the search of experts: a text, or a skill by any of its names.
    Who finds nothing because of a mistyped word gets what was probably meant.
    """

    def __init__(
        self, user: User | AnonymousUser, asked: Mapping[str, Any], fits: Expert | None
    ) -> None:
        self.user, self.fits = user, fits
        self.text = str(asked.get("q", ""))
        self.filters = {name: value for name, value in asked.items() if name != "q"}
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

    def page(self, size: int, after: str = "") -> Page:
        """Return one page; an `after` that is none begins at the first."""
        rows = self._jobs().order_by("-published_at", "-pk")
        if key := _key_of(after):
            at, public_id = key
            last = Job.objects.filter(public_id=public_id).values("pk")[:1]
            rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=last))
        named = rows.values_list("pk", "published_at", "public_id")[: size + 1]
        found = [Listed(pk, at, public_id) for pk, at, public_id in named if at]
        if len(found) <= size:
            return Page(found, "")
        end = found[size - 1]
        return Page(found[:size], f"{end.published_at}_{end.public_id}")

    @property
    def counts(self) -> Counts:
        """How many jobs each choice of a filter would show, without the filter's own choice."""
        return self._tried[1]

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
            self._saying(meaning, without=name)
            .order_by()
            .annotate(named=Value(name), choice=choice)
            .values_list("named", "choice")
            .annotate(count=Count("pk", distinct=True))
            for name, choice in COUNTED.items()
        ]
        counts: Counts = {name: {} for name in COUNTED}
        for name, choice, count in parts[0].union(*parts[1:], all=True):
            counts[name][choice] = count
        return counts

    def _total_of(self, counts: Counts) -> int:
        return sum(counts[TOTAL].values())

    def _jobs(self) -> QuerySet[Job]:
        return self._saying(self._tried[0])

    def _saying(self, meaning: Meaning, *, without: str = "") -> QuerySet[Job]:
        filters = {name: value for name, value in self.filters.items() if name != without}
        return _saying(self._narrowed(filters), meaning, self.text)

    def _narrowed(self, filters: Mapping[str, Any]) -> QuerySet[Job]:
        return selectors.narrowed(self.user, **filters, fits=self.fits)


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


def _key_of(after: str) -> tuple[datetime, str] | None:
    """Return the key a page begins after, or nothing where that is none."""
    text, _, public_id = after.partition("_")
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    has_key = at is not None and at.tzinfo is not None and public_id.isascii()
    return (at, public_id) if at and has_key and public_id.isprintable() else None
