"""Works past rankings out again from what is kept of them, and compares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from jobs.models import Match, MatchSnapshot, Ranking
from jobs.services import scoring
from jobs.services.scoring import Demand, Proof, Supply, Wish

# How each version of the score is worked out; a version that is not here cannot be replayed.
# What the one before did not ask, languages, it did not keep, and so is not asked for again.
VERSIONS = {scoring.ALGORITHM: scoring.fit, "2026-11-b": scoring.fit}


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it: how many scores came out as they were shown, and the experts of the rest."""

    equal: int
    different: Sequence[str]


def replay(ranking: Ranking) -> Replay:
    """Work out every score of a ranking that was ever shown, from its own demand and inputs.

    :raises KeyError: for a version of the score that this code no longer knows.
    """
    fit, demand = VERSIONS[ranking.algorithm], demand_from(ranking.demand)
    equal, different = 0, []
    for row in _rows(ranking):
        found = fit(demand, supply_from(row.inputs or {}), on=ranking.ranked_on)
        if found and (found.score, list(found.reasons)) == (row.score, row.reasons):
            equal += 1
        else:
            different.append(row.expert.slug)
    return Replay(equal, different)


def demand_from(kept: dict[str, Any]) -> Demand:
    """Return what a job asked for, from how a ranking keeps it."""
    return Demand(**kept | {"wishes": [Wish(**wish) for wish in kept["wishes"]]})


def supply_from(kept: dict[str, Any]) -> Supply:
    """Return what an expert brought, from how a match keeps it."""
    badges = {
        skill: Proof(level, date.fromisoformat(day))
        for skill, (level, day) in kept["badges"].items()
    }
    free = kept["available_on"]
    return Supply(
        **kept | {"badges": badges, "available_on": date.fromisoformat(free) if free else None}
    )


def _rows(ranking: Ranking) -> Iterator[Match | MatchSnapshot]:
    shown = Match.objects.filter(ranking=ranking).select_related("expert")
    before = MatchSnapshot.objects.filter(ranking=ranking).select_related("expert")
    return chain(shown.iterator(2_000), before.iterator(2_000))
