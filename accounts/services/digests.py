"""Gathers what waits for a reader's digest into one mail, once."""

from datetime import datetime

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import ngettext, override

from accounts import emails
from accounts.models import Cadence, Mail, Notification, Preference, User
from accounts.models.notification import DIGEST
from accounts.services import outbox
from marketplace.kit.states import move_together

PEOPLE_AT_A_TIME = 50
MOST_ITEMS = 20


def send_due(*, at: datetime) -> int:
    """Sweep: send some of the digests that are due; return how many people were looked at."""
    due = Mail.objects.filter(status=Mail.Status.COLLECTED, due_at__lte=at)
    readers = due.order_by("user").values_list("user", flat=True).distinct()[:PEOPLE_AT_A_TIME]
    keys = [key for key in readers if key]
    for key in keys:
        _send_to(key, at)
    return len(keys)


@transaction.atomic
def _send_to(user_pk: int, at: datetime) -> None:
    """Write one mail of all that is due; a second worker waits here, and finds nothing."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_pk)
    due = Mail.objects.filter(user=user, status=Mail.Status.COLLECTED, due_at__lte=at)
    rows = list(due.order_by("created_at", "pk"))
    unread = _unread(user, rows)
    wanted = [row for row in rows if row.key in unread]
    move_together([row for row in rows if row not in wanted], "skip", by=None, at=at)
    if move_together(wanted, "digest", by=None, at=at):
        notices = sorted(unread.values(), key=lambda notice: (notice.created_at, notice.pk))
        with override(user.language):
            _queue(user, notices, at)


def _queue(user: User, notices: list[Notification], at: datetime) -> None:
    subject = ngettext(
        "%(count)d piece of news: %(first)s", "%(count)d pieces of news: %(first)s", len(notices)
    ) % {"count": len(notices), "first": notices[0].subject}
    subject = Truncator(subject).chars(200)
    more = max(len(notices) - MOST_ITEMS, 0)
    text, html = emails.compose_digest(
        user, subject=subject, notices=notices[:MOST_ITEMS], more=more
    )
    # One mail for these facts whoever writes it: named after the first of them.
    outbox.post_news(
        user,
        kind=DIGEST,
        key=f"digest:{notices[0].public_id}",
        subject=subject,
        text=text,
        html=html,
        at=at,
    )


def _unread(user: User, mails: list[Mail]) -> dict[str, Notification]:
    """Return what these mails tell and their reader still wants to hear, by the key of the mail.

    A mail's key is its reader and the key of the fact.
    """
    if not user.is_active:
        return {}
    off = Preference.objects.filter(user=user, by_mail=Cadence.OFF)
    keys = [mail.key.removeprefix(f"{user.public_id}:") for mail in mails]
    unread = user.notifications.filter(key__in=keys, read_at=None)
    wanted = unread.exclude(kind__in=off.values("kind"))
    return {f"{user.public_id}:{notice.key}": notice for notice in wanted}
