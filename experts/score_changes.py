"""What changed in a score since its expert was last told, contract by contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from experts.reputation import PRIOR_MEAN, Reputation


@dataclass(frozen=True, slots=True)
class Part:
    """What one contract adds: its rating counts `weight` times and moves the score by `effect`."""

    rating: int
    weight: float
    effect: float


NOTHING = Part(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Told:
    """A score as an expert was told it, with the contracts that counted by their source."""

    on: date
    score: float
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Change:
    """One contract before and now; `before` is `NOTHING` for a new one, `now` for one that no
    longer counts. `why` says why it counts nothing or half, where it does.
    """

    source: str
    before: Part
    now: Part
    why: str | Promise = ""

    @property
    def size(self) -> float:
        """How far it moved the score since."""
        return abs(self.now.effect - self.before.effect)

    @property
    def is_new(self) -> bool:
        """Whether nothing was told of it yet."""
        return self.before == NOTHING


def parts_of(reputation: Reputation) -> dict[str, Part]:
    """Return what every contract that counts adds."""
    return {
        each.said.source: Part(each.said.rating, each.weight, reputation.effect_of(each))
        for each in reputation.contributions
        if each.weight > 0
    }


def is_news(before: Told | None, now: Reputation) -> bool:
    """Whether an expert should hear of it: another number, or another contract or rating in it.

    That every weight fades a little each day is none, as long as the number stays what it was.
    """
    score, told = (before.score, before.parts) if before else (PRIOR_MEAN, {})
    ratings = {source: part.rating for source, part in told.items()}
    return score != now.score or ratings != {
        source: part.rating for source, part in parts_of(now).items()
    }


def changes(before: Told | None, now: Reputation) -> Sequence[Change]:
    """Return every contract of the score before or now, the one that moved it furthest first."""
    told, parts = before.parts if before else {}, parts_of(now)
    found = [
        Change(source, told.get(source, NOTHING), parts.get(source, NOTHING), each.why)
        for each in now.contributions
        for source in [each.said.source]
    ]
    known = {change.source for change in found}
    found += [Change(source, told[source], NOTHING) for source in told if source not in known]
    return sorted(found, key=lambda change: -change.size)
