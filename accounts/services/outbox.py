"""Sends what the outbox holds, when its reader wants it: claim, send outside every transaction,
settle.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import transaction
from django.db.models import F

from accounts import emails
from accounts.models import Mail, User
from accounts.services import timing
from accounts.services.timing import Plan
from marketplace.kit.states import move_together

log = logging.getLogger(__name__)

# A worker that dies while sending leaves its mail to the next sweep after this long.
LEASE = timedelta(minutes=2)
# Older news is not worth a mail; the notice in the app remains.
TOO_LATE = timedelta(days=1)


def deliver(mail_pk: int, *, at: datetime) -> None:
    """Send one mail if it is due; a second worker finds nothing to do."""
    mail = _claim(mail_pk, at)
    if mail is None:
        return
    if mail.created_at < at - TOO_LATE:
        _finish(mail, "drop", at)
        return
    plan = timing.plan(mail, at=at)
    if plan.verb != "send":
        _put_off(mail, plan, at)
        return
    try:
        emails.send(mail)
    except (SMTPException, OSError):
        log.warning("mail.send.unavailable", extra={"mail": mail.pk, "attempts": mail.attempts})
        return
    _finish(mail, "send", at)


def deliver_due(*, at: datetime, limit: int = 20) -> int:
    """Send some of what is due, the most urgent and oldest first; return how many were tried."""
    due = Mail.objects.filter(status=Mail.Status.QUEUED, due_at__lte=at)
    due = due.order_by("urgency", "due_at")
    keys = list(due.values_list("pk", flat=True)[:limit])
    for key in keys:
        deliver(key, at=at)
    return len(keys)


def post(*, key: str, to: str, subject: str, text: str, html: str, at: datetime) -> Mail:
    """Queue a mail that is not about a notice, such as a question to a referee."""
    return _queue(
        Mail(key=key, to=to, subject=subject, text=text, html=html, created_at=at, due_at=at)
    )


def post_news(
    user: User, *, kind: str, key: str, subject: str, text: str, html: str, at: datetime
) -> Mail:
    """Queue a mail to somebody who has chosen when such mail reaches them."""
    mail = Mail(key=key, to=user.email, subject=subject, text=text, html=html)
    mail.user, mail.kind, mail.created_at, mail.due_at = user, kind, at, at
    return _queue(mail)


def post_awaited(*, key: str, to: str, subject: str, text: str, html: str, at: datetime) -> Mail:
    """Queue a mail whose reader sits and waits for it, such as a sign-in code."""
    mail = Mail(key=key, to=to, subject=subject, text=text, html=html, created_at=at, due_at=at)
    mail.urgency = Mail.Urgency.AWAITED
    return _queue(mail)


@transaction.atomic
def drop_late(*, at: datetime) -> int:
    """Drop all mails that nobody would want any more, in a fixed number of statements.

    What `deliver` does one by one, for whoever has queued thousands of them: the demo's past.
    """
    late = Mail.objects.filter(status=Mail.Status.QUEUED, created_at__lt=at - TOO_LATE)
    dropped = move_together(list(late.defer("text", "html")), "drop", by=None, at=at)
    Mail.objects.filter(pk__in=[mail.pk for mail in dropped]).update(text="", html="")
    return len(dropped)


def _claim(mail_pk: int, at: datetime) -> Mail | None:
    """Take the mail by pushing its due time past the lease; of two workers one succeeds."""
    due = Mail.objects.filter(pk=mail_pk, status=Mail.Status.QUEUED, due_at__lte=at)
    if not due.update(due_at=at + LEASE, attempts=F("attempts") + 1):
        return None
    return Mail.objects.select_related("user").get(pk=mail_pk)


@transaction.atomic
def _put_off(mail: Mail, plan: Plan, at: datetime) -> None:
    """Leave it for later, for a digest or for good, as its reader wants."""
    # Nothing was tried: a mail that was only put off does not look like one that fails.
    Mail.objects.filter(pk=mail.pk).update(due_at=plan.due_at, attempts=F("attempts") - 1)
    if plan.verb != "wait":
        _finish(mail, plan.verb, at)


@transaction.atomic
def _queue(mail: Mail) -> Mail:
    mail.save()
    mail.move("queue", by=None, at=mail.created_at)
    return mail


@transaction.atomic
def _finish(mail: Mail, verb: str, at: datetime) -> None:
    mail.move(verb, by=None, at=at)
    Mail.objects.filter(pk=mail.pk).update(text="", html="")
