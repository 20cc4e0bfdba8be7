"""How the score of an expert comes about: one pure function of what every reader may see.

Nothing secret goes in: whoever has the public list of contracts can redo the sum with the weights
as they are printed, and gets the number that is shown. The rule is product decision D11.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experts.models.work_record import AmountBand, Outcome, ScoreKey

# A contract counts half after 18 months (D11), in days of 365.25 a year.
HALF_LIFE_DAYS = 548
# Before anybody has spoken we expect "good", 4 of 5, with the weight of three contracts, so that
# one perfect review does not outrank a long record. Our choice, published on every profile.
PRIOR_MEAN = 4.0
PRIOR_WEIGHT = 3.0
# Ratings before anybody has spoken are taken to spread one point around that.
PRIOR_VARIANCE = 1.0
# Nine of ten draws of a normal distribution lie within so many standard errors of its mean.
NINETY_PER_CENT = 1.645
LOWEST, HIGHEST = 1.0, 5.0
# Contracts below this size say too little, and are too cheap to make up.
TOO_SMALL = (AmountBand.SMALL,)
# What counts of a rating by somebody who had just lost a dispute about the work (D11).
AFTER_LOST_DISPUTE = 0.5

WEIGHT_DIGITS, SCORE_DIGITS, PART_DIGITS = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Said:
    """What is public of one finished contract; these are all the inputs there are."""

    source: str
    completed_on: date
    rating: int
    scores: Mapping[str, int]
    amount_band: str
    is_linked: bool
    follows_lost_dispute: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one contract adds: its rating counts `weight` times, `days` after its end.

    `why` says why it counts nothing or half, where it does.
    """

    said: Said
    days: int
    weight: float
    why: str | Promise = ""

    @property
    def points(self) -> float:
        """Its part of the sum."""
        return round(self.weight * self.said.rating, WEIGHT_DIGITS)


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-score: the weighted mean of those who gave it, 1 to 5."""

    key: str
    mean: float
    count: int

    @property
    def name(self) -> str:
        """What it is called."""
        return str(ScoreKey(self.key).label)


@dataclass(frozen=True, slots=True)
class Reputation:
    """The score with what it stands on; `low` to `high` is a 90 % interval."""

    on: date
    score: float
    low: float
    high: float
    contributions: Sequence[Contribution]
    parts: Sequence[Part]
    on_time: int
    timed: int

    @property
    def named_parts(self) -> list[tuple[str, float]]:
        """The sub-scores with their names, as bars show them."""
        return [(part.name, part.mean) for part in self.parts]

    @property
    def rule(self) -> Mapping[str, object]:
        """The constants it was made with, for those who make it again."""
        return {
            "half_life_days": HALF_LIFE_DAYS,
            "prior_mean": PRIOR_MEAN,
            "prior_weight": PRIOR_WEIGHT,
            "prior_variance": PRIOR_VARIANCE,
            "z": NINETY_PER_CENT,
            "after_lost_dispute": AFTER_LOST_DISPUTE,
            "too_small": [str(band) for band in TOO_SMALL],
        }

    @property
    def count(self) -> int:
        """How many contracts count."""
        return sum(each.weight > 0 for each in self.contributions)

    def effect_of(self, contribution: Contribution) -> float:
        """Return by how much one contract moves the score; with the prior they add up to it."""
        distance = contribution.said.rating - PRIOR_MEAN
        # Nothing is added to a rounded zero but its sign.
        moved = contribution.weight * distance / (PRIOR_WEIGHT + self.weight)
        return round(moved, SCORE_DIGITS) + 0.0

    @property
    def weight(self) -> float:
        """How much they count together, without the prior."""
        return round(sum(each.weight for each in self.contributions), WEIGHT_DIGITS)

    @property
    def points(self) -> float:
        """Their ratings, each as often as it counts, without the prior."""
        return round(sum(each.points for each in self.contributions), WEIGHT_DIGITS)


def reputation(said: Iterable[Said], *, on: date) -> Reputation:
    """Return the score on a day, from what is public of every finished contract."""
    contributions = [_contribution(each, on) for each in said]
    counted = [each for each in contributions if each.weight > 0]
    weights = sum(each.weight for each in counted)
    score = mean_with_prior(sum(each.points for each in counted), weights)
    spread = _half_interval(counted, weights, score)
    timed = [each.said for each in counted if each.said.outcome]
    return Reputation(
        on=on,
        score=round(score, SCORE_DIGITS),
        low=round(max(LOWEST, score - spread), SCORE_DIGITS),
        high=round(min(HIGHEST, score + spread), SCORE_DIGITS),
        contributions=contributions,
        parts=_parts(counted),
        on_time=sum(each.outcome == Outcome.ON_TIME for each in timed),
        timed=len(timed),
    )


def mean_with_prior(points: float, weights: float) -> float:
    """Return a weighted mean that begins at the prior."""
    return (PRIOR_WEIGHT * PRIOR_MEAN + points) / (PRIOR_WEIGHT + weights)


def _contribution(said: Said, on: date) -> Contribution:
    days = max(0, (on - said.completed_on).days)
    if said.is_linked:
        return Contribution(said, days, 0, _("The two sides are not known to be independent."))
    if said.amount_band in TOO_SMALL:
        return Contribution(said, days, 0, _("The contract is below the least amount that counts."))
    weight = 0.5 ** (days / HALF_LIFE_DAYS)
    if said.follows_lost_dispute:
        halved = round(weight * AFTER_LOST_DISPUTE, WEIGHT_DIGITS)
        return Contribution(said, days, halved, _("The client had lost a dispute: it counts half."))
    return Contribution(said, days, round(weight, WEIGHT_DIGITS))


def _half_interval(counted: Sequence[Contribution], weights: float, score: float) -> float:
    squares = sum(each.weight * (each.said.rating - score) ** 2 for each in counted)
    variance = (PRIOR_WEIGHT * PRIOR_VARIANCE + squares) / (PRIOR_WEIGHT + weights)
    return NINETY_PER_CENT * sqrt(variance / (PRIOR_WEIGHT + weights))


def _parts(counted: Sequence[Contribution]) -> list[Part]:
    """Return the sub-scores in the order in which they are asked; one nobody gave is left out."""
    keys = dict.fromkeys(key for each in counted for key in each.said.scores)
    return [_part(key, [each for each in counted if key in each.said.scores]) for key in keys]


def _part(key: str, given: Sequence[Contribution]) -> Part:
    weights = sum(each.weight for each in given)
    points = sum(each.weight * each.said.scores[key] for each in given)
    return Part(key, round(points / weights, PART_DIGITS), len(given))
