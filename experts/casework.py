"""Reads of one case: who sits at it, what may be known of it, how it can end, what it scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Application, Badge, Review, TrailEntry
from experts.models.review import BLIND_SEATS, sealed_for
from experts.models.skill import Level


@dataclass(frozen=True, slots=True)
class Decision:
    """One way to end a review; `consequence` is what follows, in words."""

    value: str
    verb: str
    level: int
    label: str | Promise
    consequence: str | Promise


def decisions(application: Application, seat: Review | None) -> list[Decision]:
    """Return how the judgement from a seat can end: each level on offer, changes, rejection."""
    is_shared = seat is not None and seat.is_blind and _blind_seats(application).count() > 1
    agreed = _("Done if the other reviewer judges the same; if not, a lead decides.")
    found = [
        Decision(
            value=f"grant-{level}",
            verb="grant",
            level=level,
            label=_("Grant level %(level)s") % {"level": level},
            consequence=agreed if is_shared else _("The badge is issued and public at once."),
        )
        for level in _levels(application, seat)
    ]
    if seat is None or seat.seat != Review.Seat.APPEAL:
        clock = _("Goes back to the applicant; our clock stops.")
        found.append(
            Decision(
                value="ask_for_changes",
                verb="ask_for_changes",
                level=0,
                label=_("Ask for changes"),
                consequence=agreed if is_shared else clock,
            )
        )
    again = _("They can apply for this skill again from the day you choose.")
    found.append(
        Decision(
            value="reject",
            verb="reject",
            level=0,
            label=_("Reject"),
            consequence=agreed if is_shared else again,
        )
    )
    return found


def _levels(application: Application, seat: Review | None) -> Sequence[int]:
    """Return the levels on offer, highest first.

    Those a badge proves already are left out; and level 3, where whoever decides would be the only
    one who grants it.
    """
    held = Badge.objects.filter(expert=application.expert_id, skill=application.skill_id)
    offered = [n for n in range(application.level, 0, -1) if not held.covering(n).exists()]
    if seat and not seat.is_blind and not application.reviews.granting(Level.LED):
        return [level for level in offered if level != Level.LED]
    return offered


def _blind_seats(application: Application) -> QuerySet[Review]:
    return application.reviews.filter(round=application.round, seat__in=BLIND_SEATS)


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
        (level, rubric.mean_for(level), is_complete and rubric.passes(given, level))
        for level in range(application.level, 0, -1)
    ]
    mean = sum(given) / len(given) if given else 0
    return Tally(mean, len(given), len(points), rubric.minimum_each, levels)


# --- What a reader may know


def is_sealed(application: Application, reader: User) -> bool:
    """Whether this reader may not know yet what others think of the case."""
    return sealed_for(reader).filter(pk=application.pk).exists()


def judgements(application: Application, reader: User) -> QuerySet[Review]:
    """Return the judgements this reader may read, the latest first, with their scores."""
    readable = Review.objects.visible_to(reader).filter(application=application)
    return readable.select_related("reviewer").prefetch_related("scores__criterion")


def trail(application: Application, reader: User) -> QuerySet[TrailEntry]:
    """Return what this reader may know of who did what at the case, the latest first."""
    entries = TrailEntry.objects.visible_to(reader).filter(application=application)
    return entries.select_related("by").order_by("-pk")


def latest_review(application: Application, reviewer: User) -> Review | None:
    """Return this reviewer's last judgement of an earlier submission, to start from."""
    reviews = application.reviews.given().filter(reviewer=reviewer)
    return reviews.prefetch_related("scores__criterion").first()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One seat of the present submission as a reader may see it; `who` is empty when nobody sits.

    `until` is the end of the lease.
    """

    seat: str | Promise
    state: str | Promise
    look: str
    who: str | Promise
    until: datetime | None


def sittings(application: Application, reader: User) -> list[Sitting]:
    """Return who sits at a case; beside a blind seat nobody has a name before the seal is off."""
    seats = application.reviews.filter(round=application.round).select_related("reviewer")
    rows = list(seats.order_by("pk"))
    is_nameless = len(rows) > 1 and is_sealed(application, reader)
    return [_sitting(row, reader, is_nameless=is_nameless) for row in rows]


def _sitting(seat: Review, reader: User, *, is_nameless: bool) -> Sitting:
    who: str | Promise = seat.reviewer.shown_name if seat.reviewer else ""
    if seat.reviewer == reader:
        who = _("You")
    elif seat.reviewer and is_nameless:
        who = _("Another reviewer")
    return Sitting(
        seat=Review.Seat(seat.seat).label,
        state=Review.Status(seat.status).label,
        look={"given": "ok", "claimed": "held"}.get(seat.status, "draft"),
        who=who,
        until=seat.lease_until if seat.status == Review.Status.CLAIMED else None,
    )


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
    "calibrate": (_("Two reviews differ, a lead decides"), "done"),
    "ask_for_changes": (_("Changes asked, our clock stopped"), "done"),
    "grant": (_("Granted"), "done"),
    "reject": (_("Rejected"), "bad"),
    "appeal": (_("Appealed"), "done"),
    "uphold": (_("Rejected on appeal"), "bad"),
    "withdraw": (_("Withdrawn"), "done"),
}


def timeline(application: Application, *, is_nameless: bool = False) -> list[Moment]:
    """Return what happened to an application, oldest first; without names while it is sealed."""
    return [
        Moment(
            *HAPPENED[line.verb],
            line.at,
            line.by.shown_name if line.by and not is_nameless else "",
        )
        for line in application.history.select_related("by")
    ]
