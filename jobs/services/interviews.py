"""Finding a time to talk: propose some, pick one, say no, call it off."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import User
from jobs import policies
from jobs.models import Conversation, Interview, InterviewTime, Side
from jobs.models.interview import LENGTHS, MOST_TIMES
from jobs.services import messages, talk_notices
from marketplace.kit.errors import DomainError

Status = Interview.Status
LATEST = timedelta(days=60)


class TimesRefused(DomainError):
    """Nobody could be there."""

    code = "times_refused"
    status = 422
    sentence = _("Propose one to three different times within the next 60 days.")


class TimeHasPassed(DomainError):
    """It was proposed for a moment that is over."""

    code = "time_has_passed"
    sentence = _("This time has passed. Propose another one.")


@transaction.atomic
def propose(
    conversation: Conversation,
    *,
    starts: Sequence[datetime],
    minutes: int,
    link: str,
    note: str,
    by: User,
    at: datetime,
) -> Interview:
    """Propose times; what still waits for an answer is answered by this, or replaced.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    :raises TimesRefused: without a time, with too many, with one that is past or too far away.
    :raises ConversationIsOver, Blocked: as for a message.
    """
    conversation, side = messages.hold_to_speak(conversation, by=by, at=at)
    found = sorted(set(starts))
    is_sane = 1 <= len(found) <= MOST_TIMES and len(found) == len(starts) and minutes in LENGTHS
    if not is_sane or not all(at < start <= at + LATEST for start in found):
        raise TimesRefused
    for open_one in conversation.interviews.filter(status=Status.PROPOSED):
        open_one.move("withdraw" if open_one.side == side else "decline", by=by, at=at)
    row = Interview.objects.create(
        conversation=conversation,
        side=side,
        by=by,
        minutes=minutes,
        link=link,
        note=note,
        created_at=at,
    )
    InterviewTime.objects.bulk_create(
        InterviewTime(interview=row, starts_at=start) for start in found
    )
    row.move("propose", by=by, at=at)
    talk_notices.interview_was_proposed(row, at)
    return row


@transaction.atomic
def agree(time: InterviewTime, *, by: User, at: datetime) -> Interview:
    """Pick one of the proposed times.

    :raises PermissionDenied: unless `by` speaks for the side that was asked.
    :raises IllegalMove: unless it waits for an answer.
    :raises TimeHasPassed: when that time is over.
    """
    row = _held(time.interview)
    _refuse_all_but(_other(row.side), row, by)
    if row.may("agree") and time.starts_at <= at:
        raise TimeHasPassed
    row.starts_at = time.starts_at
    row.save(update_fields=["starts_at"])
    row.move("agree", by=by, at=at)
    talk_notices.interview_was_agreed(row, by, at)
    return row


@transaction.atomic
def decline(interview: Interview, *, by: User, at: datetime) -> Interview:
    """Say that none of the times is possible.

    :raises PermissionDenied: unless `by` speaks for the side that was asked.
    :raises IllegalMove: unless it waits for an answer.
    """
    row = _held(interview)
    _refuse_all_but(_other(row.side), row, by)
    row.move("decline", by=by, at=at)
    talk_notices.interview_is_off(row, by, at)
    return row


@transaction.atomic
def withdraw(interview: Interview, *, by: User, at: datetime) -> Interview:
    """Take the proposed times back.

    :raises PermissionDenied: unless `by` speaks for the side that proposed them.
    :raises IllegalMove: unless it waits for an answer.
    """
    row = _held(interview)
    _refuse_all_but(row.side, row, by)
    row.move("withdraw", by=by, at=at)
    return row


@transaction.atomic
def cancel(interview: Interview, *, by: User, at: datetime) -> Interview:
    """Call an agreed meeting off; either side may.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    :raises IllegalMove: unless a time was agreed.
    :raises TimeHasPassed: once it is over.
    """
    row = _held(interview)
    _refuse_all_but("", row, by)
    if row.ends_at and row.may("cancel") and row.ends_at <= at:
        raise TimeHasPassed
    row.move("cancel", by=by, at=at)
    talk_notices.interview_is_off(row, by, at)
    return row


def _held(interview: Interview) -> Interview:
    rows = Interview.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conversation__job__organisation", "conversation__expert__user").get(
        pk=interview.pk
    )


def _refuse_all_but(side: str, row: Interview, by: User) -> None:
    """Let those through who speak for a side; for no side named, for either."""
    conversation = row.conversation
    member = people.membership(by, conversation.job.organisation)
    speaks_for = conversation.side_of(by)
    if not policies.may_speak(by, member, conversation) or side not in {"", speaks_for}:
        raise PermissionDenied


def _other(side: str) -> str:
    return Side.EXPERT if side == Side.CLIENT else Side.CLIENT
