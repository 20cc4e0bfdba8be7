"""Writing to each other: begin, send, read, block, report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Flag, User
from accounts.services import flags, notifications
from accounts.services.sanctions import refuse_restricted
from experts.services import uploads
from experts.services.uploads import Stored
from jobs import policies, talk
from jobs.flagged import message_as_flagged
from jobs.models import (
    Attachment,
    Block,
    Conversation,
    Message,
    Proposal,
    Reading,
    Side,
)
from jobs.services import silence, talk_notices
from marketplace.kit import lures
from marketplace.kit.errors import DomainError

MOST_FILES = 5
# More than anybody types; a machine is stopped, and the other side is not buried.
MOST_AN_HOUR = 60
A_MOMENT = timedelta(microseconds=1)


class NothingToSend(DomainError):
    """A message has words or a file."""

    code = "nothing_to_send"
    status = 422
    sentence = _("Write a message, or attach a file.")


class TooManyFiles(DomainError):
    """What is more belongs into an archive."""

    code = "too_many_files"
    status = 422
    sentence = _("Attach at most five files to a message.")


class TooManyMessages(DomainError):
    """Nobody reads so much so fast."""

    code = "too_many_messages"
    sentence = _("You have written 60 messages within an hour. Wait a little.")


class ConversationIsOver(DomainError):
    """The proposal has its final answer, and there is no contract."""

    code = "conversation_is_over"
    sentence = _("The proposal has been answered for good, so this conversation is closed.")


class Blocked(DomainError):
    """One of the two takes no messages."""

    code = "blocked"


class NotYours(DomainError):
    """Who reports has to have got the message."""

    code = "not_yours"
    sentence = _("You can report what the other side wrote.")


def begin(
    proposal: Proposal, *, text: str, files: Sequence[File[bytes]], by: User, at: datetime
) -> Message:
    """Write the first message about a proposal; if there is one already, it is one more.

    :raises PermissionDenied: unless `by` may write first.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises DomainError: as for `send`.
    """
    _refuse_too_many(files)
    with uploads.stored(files) as kept:
        return _begin(proposal, text, kept, by=by, at=at)


@transaction.atomic
def _begin(
    proposal: Proposal, text: str, kept: Sequence[Stored], *, by: User, at: datetime
) -> Message:
    there = Conversation.objects.filter(job=proposal.job_id, expert=proposal.expert_id).first()
    if there is not None:
        return _send(there, text, kept, by=by, at=at)
    refuse_restricted(by)
    if not policies.may_begin(by, people.membership(by, proposal.job.organisation), proposal):
        raise PermissionDenied
    row, _is_new = Conversation.objects.get_or_create(
        job=proposal.job, expert=proposal.expert, defaults={"created_at": at, "last_at": at}
    )
    return _send(row, text, kept, by=by, at=at)


def send(
    conversation: Conversation,
    *,
    text: str,
    files: Sequence[File[bytes]],
    by: User,
    at: datetime,
) -> Message:
    """Write a message; the other side is told once, until it has read what is new.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    :raises NothingToSend: without words and files.
    :raises TooManyFiles: with more than five.
    :raises FileRefused: when a file is none of the kinds we take.
    :raises ConversationIsOver: when the proposal is answered and there is no contract.
    :raises Blocked: when one of the two takes no messages.
    :raises TooManyMessages: after sixty within an hour.
    """
    _refuse_too_many(files)
    with uploads.stored(files) as kept:
        return _send(conversation, text, kept, by=by, at=at)


@transaction.atomic
def _send(
    conversation: Conversation, text: str, kept: Sequence[Stored], *, by: User, at: datetime
) -> Message:
    conversation, side = hold_to_speak(conversation, by=by, at=at)
    if not text.strip() and not kept:
        raise NothingToSend
    _refuse_a_flood(conversation, side, at)
    row = _write(conversation, side, text, by=by, at=at)
    Attachment.objects.bulk_create(
        Attachment(message=row, upload=uploads.enter(file, at=at)) for file in kept
    )
    read(conversation, by=by, at=at)
    talk_notices.message_came(row, at)
    return row


def _refuse_too_many(files: Sequence[File[bytes]]) -> None:
    if len(files) > MOST_FILES:
        raise TooManyFiles


def hold_to_speak(
    conversation: Conversation, *, by: User, at: datetime
) -> tuple[Conversation, Side]:
    """Take the row to add something to it; return it as it is, and for whom `by` speaks.

    A client who speaks is not silent about the job.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    :raises ConversationIsOver: when the proposal is answered and there is no contract.
    :raises Blocked: when one of the two takes no messages.
    """
    conversation = _held(conversation)
    _refuse_others(conversation, by)
    side = conversation.side_of(by)
    if not talk.is_open(talk.last_proposal(conversation)):
        raise ConversationIsOver
    blocking = {row.side for row in talk.blocks(conversation)}
    if found := talk.block_words(blocking, side):
        raise Blocked(found)
    if side == Side.CLIENT:
        silence.heard(conversation.job, at=at)
    return conversation, side


def _write(conversation: Conversation, side: Side, text: str, *, by: User, at: datetime) -> Message:
    """Write it at a moment of its own, later than all before: pages go on from the last one."""
    is_protected = talk.is_protected(talk.last_proposal(conversation))
    last = conversation.messages.order_by("-created_at").values_list("created_at", flat=True)[:1]
    moment = max([at, *(one + A_MOMENT for one in last)])
    found = lures.find(text)
    Conversation.objects.filter(pk=conversation.pk).update(last_at=moment)
    return Message.objects.create(
        conversation=conversation,
        side=side,
        by=by,
        text=text,
        lures=lures.about_money(found) if is_protected else found,
        created_at=moment,
    )


@transaction.atomic
def read(conversation: Conversation, *, by: User, at: datetime) -> None:
    """Remember that somebody has read all there is; the notices about it are read, too."""
    latest = conversation.messages.order_by("-created_at").first()
    if latest is None or conversation.readings.filter(user=by, up_to=latest).exists():
        return
    Reading.objects.bulk_create(
        [Reading(conversation=conversation, user=by, up_to=latest, at=at)],
        update_conflicts=True,
        unique_fields=["conversation", "user"],
        update_fields=["up_to", "at"],
    )
    notifications.mark_read_about(by, url=talk_notices.conversation_url(conversation), at=at)


@transaction.atomic
def block(conversation: Conversation, *, by: User, at: datetime) -> None:
    """Take no more messages from the other side, about any job; the contract goes on as it was.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    """
    _held(conversation)
    _refuse_others(conversation, by)
    side = conversation.side_of(by)
    if not any(row.side == side for row in talk.blocks(conversation)):
        Block.objects.create(
            organisation=conversation.job.organisation,
            expert=conversation.expert,
            side=side,
            by=by,
            since=at,
        )


@transaction.atomic
def unblock(conversation: Conversation, *, by: User, at: datetime) -> None:
    """Take messages again.

    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    """
    _refuse_others(conversation, by)
    side = conversation.side_of(by)
    talk.blocks(conversation).filter(side=side).update(lifted_at=at)


def report(
    message: Message, *, reason: str, note: str, blocks: bool, by: User, at: datetime
) -> Flag:
    """Tell our staff about a message; the other side is not told. While it waits, once is enough.

    :param blocks: whether to take no more messages from them as well; that is never refused, and
        stays when the report is.
    :raises PermissionDenied: unless `by` is the expert, or hires for the client.
    :raises NotYours: when their own side wrote it.
    :raises TooManyReports: while twenty of theirs wait.
    """
    conversation = message.conversation
    _refuse_others(conversation, by)
    if conversation.side_of(by) == message.side:
        raise NotYours
    if blocks:
        block(conversation, by=by, at=at)
    return flags.report(message_as_flagged(message), reason=reason, note=note, by=by, at=at)


def _held(conversation: Conversation) -> Conversation:
    """Take the row, so that messages stand in a row: what is later is committed later."""
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("job__organisation", "expert__user").get(pk=conversation.pk)


def _refuse_others(conversation: Conversation, by: User) -> None:
    member = people.membership(by, conversation.job.organisation)
    if not policies.may_speak(by, member, conversation):
        raise PermissionDenied


def _refuse_a_flood(conversation: Conversation, side: Side, at: datetime) -> None:
    lately = conversation.messages.filter(side=side, created_at__gt=at - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        raise TooManyMessages
