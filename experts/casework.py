"""Reads of a case: where it waits, what happened to it, how it can end, what it scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Application, Badge, Review


@dataclass(frozen=True, slots=True)
class Decision:
    """One way to end a review; `consequence` is what follows, in words."""

    value: str
    verb: str
    level: int
    label: str | Promise
    consequence: str | Promise


def queue(reviewer: User, view: str = "all") -> QuerySet[Application]:
    """Return the cases that wait for a decision, by deadline; `view` is mine, unassigned or all."""
    cases = Application.objects.in_queue().select_related("skill", "expert__user", "reviewer")
    if view == "mine":
        cases = cases.filter(reviewer=reviewer)
    if view == "unassigned":
        cases = cases.filter(reviewer=None)
    earlier = Review.objects.filter(application=OuterRef("pk"))
    return cases.annotate(evidence_count=Count("evidence"), was_reviewed=Exists(earlier)).order_by(
        "due_at", "pk"
    )


def queue_counts(reviewer: User) -> dict[str, int]:
    """Return how many cases each view of the queue has."""
    return Application.objects.in_queue().aggregate(
        mine=Count("pk", filter=Q(reviewer=reviewer)),
        unassigned=Count("pk", filter=Q(reviewer=None)),
        all=Count("pk"),
    )


def decisions(application: Application) -> list[Decision]:
    """Return how a case can end: each level that may be granted, changes, rejection."""
    held = Badge.objects.valid().filter(expert=application.expert, skill=application.skill).first()
    floor = held.level if held else 0
    grants = [
        Decision(
            value=f"grant-{level}",
            verb="grant",
            level=level,
            label=_("Grant level %(level)s") % {"level": level},
            consequence=_("The badge is issued and public at once."),
        )
        for level in range(application.level, floor, -1)
    ]
    return [
        *grants,
        Decision(
            value="ask_for_changes",
            verb="ask_for_changes",
            level=0,
            label=_("Ask for changes"),
            consequence=_("Goes back to the applicant; our clock stops."),
        ),
        Decision(
            value="reject",
            verb="reject",
            level=0,
            label=_("Reject"),
            consequence=_("They can apply for this skill again after 30 days."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the scores so far add up to; `levels` are (level, mean it needs, whether it passes)."""

    mean: float
    scored: int
    criteria: int
    least: int
    levels: Sequence[tuple[int, float, bool]]


def tally(application: Application, points: Sequence[int | None]) -> Tally:
    """Add up scores, of which some may be missing, against the rubric's rule."""
    rubric = application.rubric
    given = [each for each in points if each is not None]
    is_complete = len(given) == len(points)
    levels = [
        (level, rubric.minimum_means[level - 1] / 100, is_complete and rubric.passes(given, level))
        for level in range(application.level, 0, -1)
    ]
    mean = sum(given) / len(given) if given else 0
    return Tally(mean, len(given), len(points), rubric.minimum_each, levels)


def latest_review(application: Application, reviewer: User) -> Review | None:
    """Return this reviewer's last judgement of an earlier submission, to start from."""
    reviews = application.reviews.filter(reviewer=reviewer).prefetch_related("scores__criterion")
    return reviews.first()


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of an application's history, in words; `by` is shown to reviewers only."""

    text: str | Promise
    state: str
    at: datetime
    by: str


HAPPENED = {
    "submit": (_("Submitted"), "done"),
    "claim": (_("A reviewer took it"), "done"),
    "hand_back": (_("Back in the queue"), "done"),
    "ask_for_changes": (_("Changes asked, our clock stopped"), "done"),
    "grant": (_("Granted"), "done"),
    "reject": (_("Rejected"), "bad"),
    "withdraw": (_("Withdrawn"), "done"),
}


def timeline(application: Application) -> list[Moment]:
    """Return what happened to an application, oldest first."""
    return [
        Moment(*HAPPENED[line.verb], line.at, line.by.shown_name if line.by else "")
        for line in application.history.select_related("by")
    ]
