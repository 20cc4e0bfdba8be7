"""What people are told of messages and of talks they agree on, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message as Notice
from accounts.services.notifications import in_readers_languages
from jobs.models import (
    Conversation,
    Interview,
    Job,
    Message,
    Reading,
    Side,
)
from jobs.models.conversation import EXCERPT_LENGTH
from jobs.services.notices import hiring_people, short
from marketplace.kit import leaks
from marketplace.kit.words import deadline_text


@in_readers_languages
def message_came(message: Message, at: datetime) -> None:
    """Tell the other side, once until it has read the conversation: not every line is a mail."""
    conversation = message.conversation
    sender = _name_of(conversation, message.side)
    names = {"name": short(sender), "title": short(conversation.job.title)}
    seen = dict(
        Reading.objects.filter(conversation=conversation).values_list("user_id", "up_to_id")
    )
    for user in _people_beside(conversation, message.side):
        notice = Notice(
            user=user,
            kind=Kind.MESSAGE,
            key=f"message:{conversation.public_id}:{seen.get(user.pk, 0)}",
            subject=_("Message from %(name)s: %(title)s") % names,
            body=_excerpt(message),
            url=conversation_url(conversation),
            action=_("Read and answer"),
        )
        notifications.tell(notice, at=at)


@in_readers_languages
def interview_was_proposed(interview: Interview, at: datetime) -> None:
    """Ask the other side to pick a time."""
    _tell_of_interview(
        interview,
        interview.side,
        at,
        verb="proposed",
        subject=_("Pick a time to talk: %(title)s"),
        body=_("%(name)s proposes times for a talk of %(minutes)s minutes."),
    )


@in_readers_languages
def interview_was_agreed(interview: Interview, by: User, at: datetime) -> None:
    """Tell who proposed the times which one it is, on their own clock."""
    _tell_of_interview(
        interview,
        interview.conversation.side_of(by),
        at,
        verb="agreed",
        subject=_("Agreed: your talk about %(title)s"),
        body=_("You meet %(name)s on %(when)s. A file for your calendar is in the conversation."),
    )


@in_readers_languages
def interview_is_off(interview: Interview, by: User, at: datetime) -> None:
    """Tell the other side that there will be no talk at these times."""
    _tell_of_interview(
        interview,
        interview.conversation.side_of(by),
        at,
        verb=interview.status,
        subject=_("No talk at that time: %(title)s"),
        body=_("%(name)s has said no. You can propose other times."),
    )


def _tell_of_interview(
    interview: Interview, told_by: str, at: datetime, *, verb: str, subject: str, body: str
) -> None:
    """Tell the people of the side that did not do it."""
    conversation = interview.conversation
    for user in _people_beside(conversation, told_by):
        with timezone.override(user.time_zone or "UTC"):
            words = {
                "name": short(_name_of(conversation, told_by)),
                "title": short(conversation.job.title),
                "minutes": interview.minutes,
                "when": deadline_text(interview.starts_at) if interview.starts_at else "",
            }
        notice = Notice(
            user=user,
            kind=Kind.MESSAGE,
            key=f"interview:{interview.public_id}:{verb}",
            subject=subject % words,
            body=body % words,
            url=conversation_url(conversation),
            action=_("Open the conversation"),
        )
        notifications.tell(notice, at=at)


def _people_beside(conversation: Conversation, side: str) -> Iterable[User]:
    """Return who is told what one side did."""
    if side == Side.EXPERT:
        return hiring_people(conversation.job)
    return [conversation.expert.user]


def _name_of(conversation: Conversation, side: str) -> str:
    is_expert = side == Side.EXPERT
    return conversation.expert.name if is_expert else conversation.job.organisation.name


def conversation_url(conversation: Conversation) -> str:
    """Return where a conversation is read: beside the contract, which this app does not know."""
    return reverse("contracts:conversation", args=[conversation.public_id])


def _excerpt(message: Message) -> str:
    """Quote the first words, unless a mailbox is no place for them."""
    job = message.conversation.job
    is_secret = job.sensitivity != Job.Sensitivity.NONE or job.visibility == Job.Visibility.INVITED
    if is_secret or message.lures or leaks.find(message.text):
        return str(_("It is not quoted here. Open the conversation to read it."))
    return Truncator(message.text).chars(EXCERPT_LENGTH)
