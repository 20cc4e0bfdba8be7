"""Reads of interviews: the one that is to come or to be answered, on both clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.selectors.conversations import city_of, zone_of_other
from jobs.models import Conversation, Interview
from jobs.models.interview import LENGTHS
from marketplace.kit import ical
from marketplace.kit.words import deadline_text

# As many as a page shows; nobody agrees to more ahead.
MOST_SHOWN = 5
LONGEST = timedelta(minutes=max(LENGTHS))


@dataclass(frozen=True, slots=True)
class Moment:
    """A proposed time on the reader's clock and on the other side's, as long as it can be met."""

    public_id: str
    yours: str
    theirs: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """An interview with what the reader may do about it."""

    interview: Interview
    times: Sequence[Moment]
    city: str
    # Whether the reader's side is the one that answers.
    is_asked: bool

    @property
    def has_times_left(self) -> bool:
        """Whether one of the times can still be picked."""
        return any(not time.is_past for time in self.times)


def of_conversation(conversation: Conversation, user: User, at: datetime) -> list[Talk]:
    """Return what waits for an answer, and what was agreed and is not over yet."""
    status = Interview.Status
    to_come = Q(status=status.AGREED, starts_at__gt=at - LONGEST)
    rows = conversation.interviews.filter(to_come | Q(status=status.PROPOSED))
    rows = rows.prefetch_related("times").order_by("starts_at", "pk")[:MOST_SHOWN]
    zone, side = zone_of_other(conversation, user), conversation.side_of(user)
    return [
        Talk(row, _moments(row, zone, at), city_of(zone), is_asked=row.side != side)
        for row in rows
        if row.ends_at is None or row.ends_at > at
    ]


def _moments(row: Interview, zone: str, at: datetime) -> list[Moment]:
    if row.starts_at:
        return [_moment(row.public_id, row.starts_at, zone, at)]
    return [_moment(time.public_id, time.starts_at, zone, at) for time in row.times.all()]


def _moment(public_id: str, starts_at: datetime, zone: str, at: datetime) -> Moment:
    with timezone.override(zone):
        theirs = deadline_text(starts_at)
    return Moment(public_id, deadline_text(starts_at), theirs, is_past=starts_at <= at)


def calendar(row: Interview, user: User, *, url: str, at: datetime) -> bytes:
    """Return a calendar file of an agreed talk; its words name the moment on both clocks."""
    conversation = row.conversation
    assert row.starts_at  # noqa: S101 (agreed, or the view answers 404)
    moment = _moment("", row.starts_at, zone_of_other(conversation, user), at)
    words = {
        "expert": conversation.expert.name,
        "client": conversation.job.organisation.name,
        "yours": moment.yours,
        "theirs": moment.theirs,
        "place": city_of(zone_of_other(conversation, user)),
    }
    lines = [_("%(yours)s, in %(place)s: %(theirs)s") % words, row.note, row.link]
    return ical.event(
        uid=f"{row.public_id}@{settings.SITE_URL.rpartition('//')[2]}",
        starts_at=row.starts_at,
        ends_at=row.starts_at + row.length,
        at=at,
        title=_("Talk: %(client)s and %(expert)s") % words,
        text="\n".join(line for line in lines if line),
        url=url,
    )
