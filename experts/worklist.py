"""The reviewers' queue: its saved views, one page of it by due date, and how much each view has.

A line is a seat: one judgement that somebody has to give. Pages follow each other by the last line
shown and not by number, so that the hundredth costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from experts.conflicts import ConflictWith
from experts.models import Application, Evidence, Review
from experts.models.review import BLIND_SEATS, LEAD_SEATS
from experts.models.vetting import QUEUED_APPLICATIONS

VIEWS = ("all", "mine", "unassigned", "second", "leads", "waiting")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the queue, and the public id after which the next ones begin; empty at the end.

    `after` is a seat's, or an application's in the view of those that wait for their applicant.
    """

    lines: Sequence[Review]
    after: str


def page(reviewer: User, view: str, *, after: str, at: datetime) -> Page:
    """Return one page of a view of the seats that wait, the one due first on top."""
    rows = _in_view(_seats(reviewer, at), reviewer, view)
    if after:
        rows = _due_after(rows, after)
    lines = list(rows.order_by("application__due_at", "pk")[: PAGE + 1])
    has_more = len(lines) > PAGE
    return Page(lines[:PAGE], lines[PAGE - 1].public_id if has_more else "")


def waiting() -> QuerySet[Application]:
    """Return the cases whose applicant has to move, the one submitted first on top.

    A page of it is enough: nobody works through these.
    """
    asked = Application.objects.filter(status=Application.Status.CHANGES_ASKED)
    return asked.select_related("skill", "expert__user").order_by("submitted_at", "pk")[:PAGE]


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands around the queue: how many lines each view has, and this reviewer's choices."""

    counts: dict[str, int]
    has_keys: bool


def desk(reviewer: User) -> Desk:
    """Return what stands around the queue, in two queries."""
    of_seats = Review.objects.pending().aggregate(
        all=Count("pk"), **{view: Count("pk", filter=_where(reviewer, view)) for view in VIEWS[1:5]}
    )
    asked = Application.objects.filter(status=Application.Status.CHANGES_ASKED).order_by()
    counted = asked.values("status").annotate(count=Count("pk")).values("count")
    own = User.objects.filter(pk=reviewer.pk).values_list(
        Coalesce(Subquery(counted), 0), Coalesce("desk_choice__single_keys", Value(value=True))
    )
    waiting, has_keys = own.get()
    return Desk(of_seats | {"waiting": waiting}, has_keys)


def _seats(reviewer: User, at: datetime) -> QuerySet[Review]:
    of_this_round = Review.objects.filter(
        application=OuterRef("application"), round=OuterRef("round")
    )
    pieces = Evidence.objects.filter(application=OuterRef("application")).order_by()
    counted = pieces.values("application").annotate(count=Count("pk")).values("count")
    return (
        Review.objects.pending()
        .filter(application__status__in=QUEUED_APPLICATIONS)
        .select_related("application__skill", "application__expert__user", "reviewer")
        .annotate(
            evidence_count=Coalesce(Subquery(counted), 0),
            conflict=ConflictWith(reviewer, "application__expert", at),
            has_sat=Exists(of_this_round.filter(reviewer=reviewer)),
            # Whoever may sit beside another blind reviewer does not learn who that is.
            is_double=Exists(of_this_round.filter(seat__in=BLIND_SEATS).exclude(pk=OuterRef("pk"))),
            is_resubmitted=Q(round__gt=1),
        )
    )


def _due_after(rows: QuerySet[Review], public_id: str) -> QuerySet[Review]:
    """Keep the lines that follow one; after one that there is not, all follow."""
    last = Review.objects.select_related("application").filter(public_id=public_id).first()
    due = last and last.application.due_at
    if not last or not due:
        return rows
    same_time = Q(application__due_at=due, pk__gt=last.pk)
    return rows.filter(same_time | Q(application__due_at__gt=due))


def _in_view(rows: QuerySet[Review], reviewer: User, view: str) -> QuerySet[Review]:
    return rows if view == "all" else rows.filter(_where(reviewer, view))


def _where(reviewer: User, view: str) -> Q:
    """Return what puts a seat into a view."""
    return {
        "mine": Q(reviewer=reviewer),
        "unassigned": Q(status=Review.Status.OPEN, seat__in=BLIND_SEATS),
        "second": Q(seat=Review.Seat.SECOND),
        "leads": Q(seat__in=LEAD_SEATS),
    }[view]
