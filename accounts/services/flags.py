"""Telling our staff about a thing, and what they answer: dismissed, or upheld with the facts.

What follows for the thing itself is its own app's business, which listens to `uphold`.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.flagging import Flagged
from accounts.models import Flag, Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit.errors import DomainError

# More at a time is a quarrel, or a machine.
MOST_OPEN = 20


class OwnThing(DomainError):
    """Nobody reports what is theirs."""

    code = "own_thing"
    status = 403
    sentence = gettext_lazy("This is yours. You can change or remove it yourself.")


class TooManyReports(DomainError):
    """The reader's reports wait for an answer."""

    code = "too_many_reports"
    sentence = gettext_lazy("20 of your reports wait for an answer. We read every one of them.")


@transaction.atomic
def report(found: Flagged, *, reason: str, note: str, by: User, at: datetime) -> Flag:
    """Tell our staff about a thing; nobody else hears of it. While it waits, again changes nothing.

    :raises OwnThing: when `by` is one of its owners.
    :raises TooManyReports: while twenty of theirs wait.
    """
    if by.pk in {owner.pk for owner in found.owners}:
        raise OwnThing
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Flag.objects.filter(by=by, status=Flag.Status.OPEN)
    if same := waiting.filter(kind=found.kind, about=found.about).first():
        return same
    if waiting.count() >= MOST_OPEN:
        raise TooManyReports
    flag = Flag.objects.create(
        kind=found.kind,
        about=found.about,
        title=Truncator(found.title).chars(200),
        url=found.url,
        reason=reason,
        note=note,
        by=by,
        created_at=at,
    )
    flag.owners.set(found.owners)
    flag.move("report", by=by, at=at)
    return flag


@transaction.atomic
def dismiss(flag: Flag, *, answer: str, by: User, at: datetime) -> Flag:
    """Find nothing to object to; who reported it reads why.

    :raises PermissionDenied: unless `by` is staff, and has neither reported the thing nor owns it.
    :raises IllegalMove: when it is answered.
    """
    return _answer(flag, "dismiss", answer=answer, by=by, at=at)


@transaction.atomic
def uphold(flag: Flag, *, answer: str, by: User, at: datetime) -> Flag:
    """Agree; whose it is reads the facts, and what its app does about it follows.

    Other open reports of the same thing are answered with it.

    :raises PermissionDenied: unless `by` is staff, and neither reported it nor owns it.
    :raises IllegalMove: when it is answered.
    """
    flag = _answer(flag, "uphold", answer=answer, by=by, at=at)
    _tell_owners(flag, at)
    for other in _all_about(flag):
        if other.may("uphold"):
            other.answer = answer
            other.save(update_fields=["answer"])
            other.move("uphold", by=by, at=at, reason=flag.public_id)
            _tell_reporter(other, at)
    return flag


def _answer(flag: Flag, verb: str, *, answer: str, by: User, at: datetime) -> Flag:
    [flag], reporters = _held(flag)
    owners = flag.owners.values_list("pk", flat=True)
    if not policies.may_answer_flag(by, reporters=reporters, owners=owners):
        raise PermissionDenied
    flag.answer = answer
    flag.save(update_fields=["answer"])
    flag.move(verb, by=by, at=at, reason=answer[:200])
    _tell_reporter(flag, at)
    return flag


def _held(flag: Flag) -> tuple[list[Flag], set[int]]:
    """Return the report as it is now, and who has reported the same thing."""
    rows = _all_about(flag)
    return [row for row in rows if row.pk == flag.pk], {row.by_id for row in rows}


def _all_about(flag: Flag) -> list[Flag]:
    """Take all reports of the same thing in one order, so that two who answer them do not wait."""
    rows = Flag.objects.filter(kind=flag.kind, about=flag.about).order_by("pk")
    return list(rows.select_for_update(no_key=True))


@in_readers_languages
def _tell_reporter(flag: Flag, at: datetime) -> None:
    """Answer whoever reported it, in the app: there is nothing left to do."""
    is_upheld = flag.status == Flag.Status.UPHELD
    subject = (
        _("We agree with your report: %(title)s")
        if is_upheld
        else _("We have read your report: %(title)s")
    )
    notice = Message(
        user=flag.by,
        kind=Kind.SECURITY,
        key=f"flag:{flag.public_id}:answered",
        subject=subject % {"title": Truncator(flag.title).chars(80)},
        body=flag.answer,
        url=reverse("accounts:notifications"),
        action=_("Open your notifications"),
    )
    notifications.tell_in_app(notice, at=at)


@in_readers_languages
def _tell_owners(flag: Flag, at: datetime) -> None:
    """Tell whose it is what we found, never who said so."""
    for user in flag.owners.all():
        notice = Message(
            user=user,
            kind=Kind.SECURITY,
            key=f"flag:{flag.public_id}:upheld",
            subject=_("Reported, and we agree: %(title)s")
            % {"title": Truncator(flag.title).chars(80)},
            body=_("The reason: %(reason)s. What we found: %(answer)s")
            % {"reason": flag.get_reason_display(), "answer": flag.answer},
            url=flag.url,
            action=_("Open the page"),
        )
        notifications.tell(notice, at=at)
