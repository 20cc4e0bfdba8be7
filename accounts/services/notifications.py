"""The only code that tells people things: one notice in the app and one mail in the outbox.

Whether and when the mail leaves is decided when it is due, in `accounts.services.timing`.
"""

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts import emails
from accounts.models import Kind, Mail, MailEvent, Notification, User


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told, in their language; `key` is the fact's, told once; `url` a path."""

    user: User
    kind: Kind
    key: str
    subject: str
    body: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One fact being told in one language, and the languages of those it left out."""

    language: str
    left_out: set[str] = field(default_factory=set)


_telling: ContextVar[Telling | None] = ContextVar("telling", default=None)
P = ParamSpec("P")


def in_readers_languages(tell_a_fact: Callable[P, None]) -> Callable[P, None]:
    """Let a function that tells a fact tell each of its readers in their own language.

    It writes its words and figures as it goes, before it knows who reads them, so it is called once
    in the site's language and once more for each other language that one of its readers has; each
    time the readers of the other languages are left out.
    """

    @wraps(tell_a_fact)
    def told(*args: P.args, **options: P.kwargs) -> None:
        waiting, done = {settings.LANGUAGE_CODE}, set[str]()
        while waiting:
            telling = Telling(waiting.pop())
            done.add(telling.language)
            token = _telling.set(telling)
            try:
                with translation.override(telling.language):
                    tell_a_fact(*args, **options)
            finally:
                _telling.reset(token)
            waiting |= telling.left_out - done

    return told


def _is_told_now(message: Message) -> bool:
    """Whether its reader is still there, and reads the language it is written in."""
    if message.user.erased_at:
        return False
    telling = _telling.get()
    if telling is None or message.user.language == telling.language:
        return True
    telling.left_out.add(message.user.language)
    return False


@transaction.atomic(savepoint=False)
def tell(message: Message, *, at: datetime) -> None:
    """Tell one person one fact; telling it again does nothing, nor does telling who is erased."""
    if _is_told_now(message) and _fresh([message], at):
        mail = _mail(message, at)
        mail.save()
        mail.move("queue", by=None, at=at)


@transaction.atomic(savepoint=False)
def tell_in_app(message: Message, *, at: datetime) -> None:
    """Tell one person one fact without a mail: news that asks nothing of them."""
    if _is_told_now(message):
        _fresh([message], at)


@transaction.atomic
def tell_all(messages: Sequence[Message], *, at: datetime) -> None:
    """Tell many people at once, in a fixed number of statements; those told before hear nothing.

    The mails wait in the outbox: whoever calls this sends `accounts.tasks.send_due_mail`.
    """
    _queue_all([_mail(message, at) for message in _fresh(messages, at)], at)


@transaction.atomic
def mark_read(notices: Iterable[Notification], *, at: datetime) -> None:
    """Mark these notices as read; those already read keep their first time."""
    Notification.objects.filter(pk__in=[notice.pk for notice in notices], read_at=None).update(
        read_at=at
    )


@transaction.atomic
def mark_read_about(user: User, *, url: str, at: datetime) -> None:
    """Mark what this person was told about a page as read: they are on it."""
    Notification.objects.filter(user=user, url=url, read_at=None).update(read_at=at)


def _fresh(messages: Sequence[Message], at: datetime) -> Sequence[Message]:
    """Write the notices and return those that are news; of two who tell a fact, one told it."""
    rows = [_row(message, at) for message in messages]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    ours = Notification.objects.filter(public_id__in=[row.public_id for row in rows])
    written = set(ours.values_list("public_id", flat=True))
    return [
        message for message, row in zip(messages, rows, strict=True) if row.public_id in written
    ]


def _row(message: Message, at: datetime) -> Notification:
    return Notification(
        user=message.user,
        kind=message.kind,
        key=message.key,
        subject=message.subject,
        body=message.body,
        url=message.url,
        created_at=at,
    )


def _mail(message: Message, at: datetime) -> Mail:
    text, html = emails.compose(
        message.user,
        kind=message.kind,
        subject=message.subject,
        body=message.body,
        url=message.url,
        action=message.action,
    )
    return Mail(
        key=f"{message.user.public_id}:{message.key}",
        to=message.user.email,
        user=message.user,
        kind=message.kind,
        subject=message.subject,
        text=text,
        html=html,
        created_at=at,
        due_at=at,
    )


def _queue_all(mails: list[Mail], at: datetime) -> None:
    """Write many mails as already queued: the bulk twin of `move("queue")`."""
    for mail in mails:
        mail.urgency = Mail.Urgency.BULK
        mail.status = Mail.Status.QUEUED  # states: born here, with its history line below
    Mail.objects.bulk_create(mails)
    draft, queued = Mail.Status.DRAFT, Mail.Status.QUEUED
    MailEvent.objects.bulk_create(
        MailEvent(row=mail, verb="queue", came_from=draft, went_to=queued, by=None, at=at)
        for mail in mails
    )
