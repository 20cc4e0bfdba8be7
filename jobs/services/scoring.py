"""How well a job and an expert go together: pure, and the same for the same input.

The score is a sum of published factors and nothing else: no paid place, no hidden input. Whoever
changes a weight changes `ALGORITHM` and says so in `jobs/ranking_changes.py`, so that every match
ever shown can be explained.

`ranking.sql` works the same out for all experts of a job at once; this is what it has to agree
with, and what a past ranking is replayed by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.models.match import Reason

ALGORITHM = "2026-11-c"

# What each factor is worth at most; together 100.
MUST, NICE, KIND, RATE, SHARED, AVAILABLE, RECENT, KEPT = 40, 15, 5, 10, 10, 5, 10, 5
MOST = {
    "MUST": MUST,
    "NICE": NICE,
    "KIND": KIND,
    "RATE": RATE,
    "SHARED": SHARED,
    "AVAILABLE": AVAILABLE,
    "RECENT": RECENT,
    "KEPT": KEPT,
}

WORKING_HOURS = 8  # a whole working day shared
FULL_WEEK = 20  # hours a week from which availability counts in full
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """A skill the job asks for, at least at this level."""

    skill: str
    name: str
    level: int
    is_must: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """What a job asks for. The rate is minor units an hour; nothing means no limit.

    `kind` are the skills that such work usually takes, whatever this client wrote: its use case's.
    `languages` are those (ISO 639) that one can work on it in, any of them.
    """

    wishes: Sequence[Wish]
    max_rate_minor: int | None
    shared_hours: int
    kind: Sequence[str] = ()
    languages: Sequence[str] = ()

    @property
    def musts(self) -> list[Wish]:
        """The wishes that are gates."""
        return [wish for wish in self.wishes if wish.is_must]

    @property
    def nices(self) -> list[Wish]:
        """The wishes that only add points."""
        return [wish for wish in self.wishes if not wish.is_must]


@dataclass(frozen=True, slots=True)
class Proof:
    """A valid badge: how far it reaches and since when."""

    level: int
    issued_on: date


@dataclass(frozen=True, slots=True)
class Supply:
    """What an expert brings; `badges` are valid ones, by the slug of their skill.

    `dated` is how many finished contracts had a date to keep, `on_time` how many of them kept it.
    Who names no `languages` is not shut out for them.
    """

    badges: Mapping[str, Proof]
    rate_minor: int
    hours_per_week: int
    available_on: date | None
    shared_hours: int
    is_open: bool = True
    dated: int = 0
    on_time: int = 0
    languages: Sequence[str] = ()

    def has(self, wish: Wish) -> bool:
        """Whether a valid badge meets this wish."""
        proof = self.badges.get(wish.skill)
        return proof is not None and proof.level >= wish.level


@dataclass(frozen=True, slots=True)
class Gate:
    """What keeps an expert from a job whatever else fits, and the values its sentence names."""

    code: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well they go together, 0 to 100, and why."""

    score: int
    reasons: Sequence[Reason]


def fit(demand: Demand, supply: Supply, *, on: date) -> Fit | None:
    """Weigh one expert against one job; nothing when a gate is shut."""
    if not passes(demand, supply):
        return None
    reasons = [
        *_musts(demand, supply),
        _rate(demand, supply),
        _shared(supply),
        _availability(supply, on),
        *_nices(demand, supply),
        *_kind(demand, supply),
        *_recency(demand, supply, on),
        _dates_kept(supply),
    ]
    return Fit(sum(reason["points"] for reason in reasons), reasons)


def passes(demand: Demand, supply: Supply) -> bool:
    """Whether every gate is open: the will to work, rate, hours, languages and must-haves."""
    return not shut(demand, supply)


def shut(demand: Demand, supply: Supply) -> list[Gate]:
    """Return the gates that are shut, with what each of them asks."""
    limit = demand.max_rate_minor
    gates = [
        Gate("must", {"skill": wish.name, "level": wish.level})
        for wish in demand.musts
        if not supply.has(wish)
    ]
    if limit is not None and supply.rate_minor > limit:
        gates.append(Gate("rate", {"limit": limit}))
    if supply.shared_hours < demand.shared_hours:
        hours = {"hours": supply.shared_hours, "least": demand.shared_hours}
        gates.append(Gate("shared", hours))
    if not shares_language(demand, supply):
        gates.append(Gate("language", {}))
    if not supply.is_open:
        gates.append(Gate("closed", {}))
    return gates


def shares_language(demand: Demand, supply: Supply) -> bool:
    """Whether both name a language in common, or one of them none."""
    named = set(demand.languages), set(supply.languages)
    return not all(named) or bool(named[0] & named[1])


def most_of_musts(demand: Demand) -> int:
    """Where nothing is only nice to have, the must-haves carry its points too."""
    return MUST if demand.nices else MUST + NICE


def _musts(demand: Demand, supply: Supply) -> list[Reason]:
    """Three quarters of the points for meeting the level, the rest for the levels above it."""
    reasons = []
    mosts = cut(most_of_musts(demand), len(demand.musts))
    for wish, most in zip(demand.musts, mosts, strict=True):
        level = supply.badges[wish.skill].level
        points = most * (6 + level - wish.level) // 8
        reasons.append(_reason("must", points, most, skill=wish.name, level=level))
    return reasons


def _nices(demand: Demand, supply: Supply) -> list[Reason]:
    """A share for each that is proven; the others stand there with no points."""
    return [
        _reason("nice", most if supply.has(wish) else 0, most, skill=wish.name, level=wish.level)
        for wish, most in zip(demand.nices, cut(NICE, len(demand.nices)), strict=True)
    ]


def _kind(demand: Demand, supply: Supply) -> list[Reason]:
    """The share of what such work usually takes that is proven, at any level."""
    if not demand.kind:
        return []
    has = sum(skill in supply.badges for skill in demand.kind)
    total = len(demand.kind)
    return [_reason("kind", KIND * has // total, KIND, has=has, total=total)]


def _rate(demand: Demand, supply: Supply) -> Reason:
    """All points up to three quarters of the limit, two thirds of them at the limit."""
    limit = demand.max_rate_minor
    if limit is None:
        return _reason("any_rate", RATE, RATE)
    over = max(0, 4 * supply.rate_minor - 3 * limit)
    return _reason("rate", RATE - RATE * over // (3 * limit), RATE)


def _shared(supply: Supply) -> Reason:
    points = SHARED * supply.shared_hours // WORKING_HOURS
    return _reason("shared", points, SHARED, hours=supply.shared_hours)


def _availability(supply: Supply, on: date) -> Reason:
    """Half the points for a start within a month, none for a later one."""
    points = AVAILABLE * min(supply.hours_per_week, FULL_WEEK) // FULL_WEEK
    if supply.available_on is None or supply.available_on <= on:
        return _reason("available", points, AVAILABLE)
    wait = supply.available_on - on
    return _reason("available_soon", points // 2 if wait <= SOON else 0, AVAILABLE, days=wait.days)


def _recency(demand: Demand, supply: Supply, on: date) -> list[Reason]:
    """Fresh proof counts more; only the newest must-have badge is looked at."""
    issued = [supply.badges[wish.skill].issued_on for wish in demand.musts]
    age = (on - max(issued, default=date.min)).days
    for months, points in ((6, RECENT), (12, 7), (24, 4)):
        if age <= months * 365 // 12:
            return [_reason("recent", points, RECENT, months=months)]
    return []


def _dates_kept(supply: Supply) -> Reason:
    """The share of finished work that came on time; who is new here has half the points."""
    if not supply.dated:
        return _reason("new_here", KEPT // 2, KEPT)
    points = KEPT * supply.on_time // supply.dated
    return _reason("kept", points, KEPT, kept=supply.on_time, total=supply.dated)


def cut(points: int, parts: int) -> list[int]:
    """Cut points into parts without losing one."""
    return [points * (n + 1) // parts - points * n // parts for n in range(parts)]


def _reason(code: str, points: int, most: int, **values: str | int) -> Reason:
    return Reason(code=code, points=points, most=most, values=values)
