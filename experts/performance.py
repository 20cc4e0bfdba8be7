"""How each reviewer judges: how much, how fast, how strict, how often overruled, how alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median

from django.db.models import Avg, Exists, OuterRef

from accounts.models import User
from experts.agreement import cohens_kappa
from experts.models import Review
from experts.models.review import BLIND_SEATS, LEAD_SEATS, PENDING_SEATS

# Drift holds the last so many days against all that came before.
RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody judged over a time: the share of grants (0 to 1) and the mean score (0 to 5)."""

    count: int
    grant_rate: float | None
    mean_score: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One reviewer's figures over complete submissions.

    `minutes` is the median from taking the seat to giving the judgement; `overturned` of
    `looked_at_again` were decided differently by a lead or on appeal; `kappa` is over `pairs`
    judged blind with somebody else.
    """

    reviewer: User
    count: int
    minutes: float
    grant_rate: float
    looked_at_again: int
    overturned: int
    pairs: int
    kappa: float | None
    recent: Habit
    before: Habit


def figures(reviewer: User | None, *, at: datetime) -> list[Figures]:
    """Return the figures of one reviewer, or of all by name.

    A submission counts once everybody has judged it, so that nobody who still has to can tell from
    a figure what the other one thinks.
    """
    given = _given()
    rounds: Mapping[tuple[int, int], list[Review]] = defaultdict(list)
    by_person: dict[User, list[Review]] = defaultdict(list)
    for review in given:
        rounds[review.application_id, review.round].append(review)
        if review.reviewer and reviewer in (None, review.reviewer):
            by_person[review.reviewer].append(review)
    found = [_figures(person, theirs, rounds, at) for person, theirs in by_person.items()]
    return sorted(found, key=lambda row: row.reviewer.shown_name)


def _given() -> Sequence[Review]:
    of_this_round = Review.objects.filter(
        application=OuterRef("application"), round=OuterRef("round")
    )
    missing = of_this_round.filter(seat__in=BLIND_SEATS, status__in=PENDING_SEATS)
    given = Review.objects.given().exclude(Exists(missing)).select_related("reviewer")
    return list(given.annotate(mean_score=Avg("scores__points")).order_by("pk"))


def _figures(
    person: User,
    theirs: Sequence[Review],
    rounds: Mapping[tuple[int, int], Sequence[Review]],
    at: datetime,
) -> Figures:
    together = [(review, rounds[review.application_id, review.round]) for review in theirs]
    again = [(review, last) for review, all_ in together if (last := _last_word(review, all_))]
    pairs = [
        (review.outcome, other) for review, all_ in together for other in _beside(review, all_)
    ]
    new = [review for review in theirs if _is_recent(review, at)]
    old = [review for review in theirs if not _is_recent(review, at)]
    return Figures(
        reviewer=person,
        count=len(theirs),
        minutes=median(map(_minutes, theirs)),
        grant_rate=_grant_rate(theirs),
        looked_at_again=len(again),
        overturned=sum(review.outcome != last.outcome for review, last in again),
        pairs=len(pairs),
        kappa=cohens_kappa(pairs),
        recent=_habit(new),
        before=_habit(old),
    )


def _last_word(review: Review, of_round: Iterable[Review]) -> Review | None:
    """Return the judgement that decided after this one, of the highest seat; None for its own."""
    later = [each for each in of_round if each.seat in LEAD_SEATS and each.pk > review.pk]
    return later[-1] if later else None


def _beside(review: Review, of_round: Iterable[Review]) -> list[tuple[str, int | None]]:
    """Return the outcome of the other blind judgement of the same submission, if there is one."""
    if not review.is_blind:
        return []
    return [each.outcome for each in of_round if each.is_blind and each.pk != review.pk]


def _is_recent(review: Review, at: datetime) -> bool:
    return review.given_at is not None and review.given_at > at - RECENT


def _minutes(review: Review) -> float:
    if review.claimed_at is None or review.given_at is None:
        return 0.0
    return (review.given_at - review.claimed_at) / timedelta(minutes=1)


def _grant_rate(reviews: Sequence[Review]) -> float:
    granted = sum(review.verdict == Review.Verdict.GRANTED for review in reviews)
    return granted / len(reviews)


def _habit(reviews: Sequence[Review]) -> Habit:
    scored = [score for each in reviews if (score := getattr(each, "mean_score", None)) is not None]
    return Habit(
        count=len(reviews),
        grant_rate=_grant_rate(reviews) if reviews else None,
        mean_score=mean(map(float, scored)) if scored else None,
    )
