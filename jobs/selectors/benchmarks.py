"""What comparable work was really agreed at, for a client who thinks about a budget.

Quartiles of fewer than twenty contracts would say more about those few than about the work, and
might tell what somebody was paid; so fewer are only counted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experts.models import Skill
from jobs.models import UseCase
from marketplace.kit.money import Money

# From how many contracts on (issue 5; product.md E 66 would do with ten), and how old they may be.
ENOUGH = 20
LOOKS_BACK = timedelta(days=365)


class Paid(StrEnum):
    """What a price is the price of."""

    WHOLE = "whole"
    HOUR = "hour"


class Likeness(TextChoices):
    """In what contracts compare with a job, the nearest first."""

    USE_CASE = "use_case", _("the same use case")
    SKILL = "skill", _("the same first must-have skill")
    ALL = "all", _("all kinds of work together, because there are too few of this kind")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What contracts of one likeness were agreed at: a quarter below, half below, a quarter above.

    The three are empty where there is no contract.
    """

    likeness: Likeness
    count: int
    quartiles: Sequence[Money]


Counted = Mapping[Paid, Sequence[Agreed]]
# The app above this one, which has the contracts, names here how it counts those begun after a
# moment: of each price one entry for each likeness, in that order.
counters: list[Callable[[UseCase, Skill | None, datetime], Counted]] = []


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What comparable contracts were agreed at, and where what the client typed lies in it."""

    paid: Paid
    agreed: Agreed
    least: Money | None
    most: Money | None

    @property
    def is_shown(self) -> bool:
        """Whether there are enough to say more than how many there are."""
        return self.agreed.count >= ENOUGH

    @property
    def place(self) -> str | Promise:
        """Say in a sentence where the most the client would pay lies; nothing without it."""
        if self.most is None or not self.is_shown:
            return ""
        low, middle, high = self.agreed.quartiles
        if self.most < low:
            return _("Your most is below three quarters of them: few experts will propose for it.")
        if self.most < middle:
            return _("Your most is below the middle: more than half were agreed at more.")
        if self.most < high:
            return _("Your most covers at least half of them.")
        return _("Your most covers at least three quarters of them.")

    @property
    def middle_half(self) -> tuple[str, str]:
        """Where the box from the first to the third quartile begins, and how wide it is."""
        return self._span(self.agreed.quartiles[0], self.agreed.quartiles[2])

    @property
    def middle(self) -> str:
        """Where half of the contracts lie below."""
        return self._span(self.agreed.quartiles[1], self.agreed.quartiles[1])[0]

    @property
    def own(self) -> tuple[str, str] | None:
        """Where what the client typed begins and how wide it is; an hour has one end only."""
        if self.most is None:
            return None
        return self._span(self.least or Money(0, self.most.currency), self.most)

    def _span(self, start: Money, end: Money) -> tuple[str, str]:
        """Place a stretch on a scale from nothing to a quarter beyond the highest end, per cent."""
        highest = max(self.agreed.quartiles[2].minor, self.most.minor if self.most else 0, 1)
        begins, ends = (80 * amount.minor / highest for amount in (start, end))
        return f"{begins:.2f}%", f"{max(ends - begins, 0):.2f}%"


def benchmarks(
    use_case: UseCase,
    skill: Skill | None,
    *,
    budget: tuple[Money | None, Money | None],
    max_rate: Money | None,
    at: datetime,
) -> list[Benchmark]:
    """Return a benchmark of the whole price and one of the hour, from the nearest likeness enough.

    :param skill: the job's first must-have, if it has one yet.
    :param budget: what was typed as its ends so far.
    """
    typed = {Paid.WHOLE: budget, Paid.HOUR: (None, max_rate)}
    return [
        Benchmark(paid, _nearest(rows), *typed[paid])
        for count in counters
        for paid, rows in count(use_case, skill, at - LOOKS_BACK).items()
    ]


def _nearest(rows: Sequence[Agreed]) -> Agreed:
    """Return the nearest of which there are enough, or else the widest."""
    return next((row for row in rows if row.count >= ENOUGH), rows[-1])
