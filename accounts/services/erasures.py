"""Deletes accounts whose people ask for it: after two weeks, and not while others wait for them.

What goes and what stays the tables of all apps say, see `marketplace.kit.erasing`. Apps above
follow the move `begin` and end what is still open of somebody's.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Erasure, Kind, Membership, User
from accounts.models.erasure import OPEN_ERASURES
from accounts.services import memberships, notifications
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit import erasing, personal
from marketplace.kit.errors import DomainError
from marketplace.kit.words import day_text

log = logging.getLogger(__name__)

# Within it, whoever asked in anger or was not asked at all takes it back.
GRACE = timedelta(days=14)


class HasToStay(DomainError):
    """Others wait for this person, or for their money; `sentence` says for what."""

    code = "has_to_stay"


class AskedAlready(DomainError):
    """There is one day on which it begins."""

    code = "erasure_is_asked"
    sentence = gettext_lazy("You have asked for that already. Your settings say on which day.")


@transaction.atomic
def ask(*, by: User, at: datetime) -> Erasure:
    """Note that somebody wants to be erased, in two weeks; they are told, and may cancel it.

    :raises HasToStay: while something holds them here.
    :raises AskedAlready: when they asked before and it is not over.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if reasons := erasing.holds(by):
        raise HasToStay(" ".join(reasons))
    if Erasure.objects.filter(user=by, status__in=OPEN_ERASURES).exists():
        raise AskedAlready
    row = Erasure.objects.create(user=by, asked_at=at, due_at=at + GRACE)
    row.move("ask", by=by, at=at)
    _tell(row, at)
    return row


def cancel(row: Erasure, *, by: User, at: datetime) -> None:
    """Keep the account.

    :raises IllegalMove: once it has begun.
    """
    row.move("cancel", by=by, at=at)


def erase_due(*, at: datetime) -> int:
    """Erase everybody whose day has come; return how many were looked at.

    Whoever is held by something begun since stays until that is over.
    """
    due = Erasure.objects.filter(status__in=("asked", "begun"), due_at__lte=at).order_by("due_at")
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        erase(key, at=at)
    return len(keys)


def again(public_ids: Iterable[str], *, at: datetime) -> tuple[int, list[str]]:
    """Erase anew whom an older database has brought back; they asked once, and waited.

    :param public_ids: of those who were erased since, as the log has them (`person.erased`).
    :return: how many were erased now, and the public ids of those whom something holds in this
        database; they follow by themselves, as soon as it is over.
    """
    erased, held = 0, []
    for person in User.objects.filter(public_id__in=set(public_ids), erased_at=None).order_by("pk"):
        row = _asked_anew(person, at)
        erase(row.pk, at=at)
        row.refresh_from_db()
        if row.status == Erasure.Status.ASKED:
            held.append(person.public_id)
        else:
            erased += 1
    return erased, held


@transaction.atomic
def _asked_anew(person: User, at: datetime) -> Erasure:
    """Find what the person asked for, or note it; it is due."""
    row = Erasure.objects.filter(user=person, status__in=OPEN_ERASURES).first()
    if row is None:
        row = Erasure.objects.create(user=person, asked_at=at - GRACE, due_at=at)
        row.move("ask", by=None, at=at)
    row.due_at = min(row.due_at, at)
    row.save(update_fields=["due_at"])
    return row


@transaction.atomic
def erase(erasure_pk: int, *, at: datetime) -> None:
    """Let one person go; safe to run twice, and run again while something of theirs is held."""
    rows = Erasure.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    due = rows.filter(pk=erasure_pk, status__in=("asked", "begun"), due_at__lte=at)
    row = due.select_related("user").first()
    if row is None:
        return
    person = row.user
    if row.status == Erasure.Status.ASKED:
        if erasing.holds(person):
            return
        _close(person, at)
        _leave_others(person, at)
        held = erasing.erase(erasing.leaver(person))
        # Kept apart from the database, for whoever brings an older one back: see `again`.
        log.info("person.erased", extra={"person": person.public_id})
        # What follows writes to others, who read nothing any more of what is gone.
        row.move("begin", by=None, at=at)
    else:
        held = erasing.erase(personal.Leaver(person.pk))
    if not held:
        row.move("finish", by=None, at=at)


def _close(person: User, at: datetime) -> None:
    """Let nobody in as this person any more; from here on nothing that we write names them."""
    for session in UserSession.objects.filter(user=person):
        session.end()
    person.is_active, person.erased_at = False, at
    person.quiet_from = person.quiet_until = None
    person.save(update_fields=["is_active", "erased_at", "quiet_from", "quiet_until"])


def _leave_others(person: User, at: datetime) -> None:
    """Leave the organisations that have other members; they go on."""
    shared = Membership.objects.exclude(user=person).values("organisation")
    for own in Membership.objects.filter(user=person, organisation__in=shared):
        memberships.leave(own.organisation, by=person, at=at)


@in_readers_languages
def _tell(row: Erasure, at: datetime) -> None:
    notifications.tell(
        Message(
            user=row.user,
            kind=Kind.SECURITY,
            key=f"erasure:{row.public_id}",
            subject=_("Your account will be deleted"),
            body=_(
                "It begins on %(day)s, and cannot be undone then. Until that day you can keep your"
                " account. If you did not ask for it, keep it and change your password: somebody"
                " else is signed in as you."
            )
            % {"day": day_text(row.due_at.date())},
            url=reverse("accounts:erase"),
            action=_("Keep my account"),
        ),
        at=at,
    )
