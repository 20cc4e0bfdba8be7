"""Times for a live walkthrough: the applicant offers two, a reviewer may choose one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import policies
from experts.models import Application, LiveSlot
from experts.models.preparation import MOST_SLOTS
from experts.models.vetting import EDITABLE_APPLICATIONS, QUEUED_APPLICATIONS
from experts.services import news, seats
from marketplace.kit.errors import DomainError

EARLIEST = timedelta(days=1)
LATEST = timedelta(days=60)
STAMP = "%Y%m%dT%H%M%SZ"


class SlotRefused(DomainError):
    """A time at which nobody could meet."""

    code = "slot_refused"


class SlotsAreClosed(DomainError):
    """Times are offered before the submission."""

    code = "slots_are_closed"
    sentence = _("The times cannot be changed while the application waits for a decision.")


class SlotIsTaken(DomainError):
    """One walkthrough for each application."""

    code = "slot_is_taken"
    sentence = _("A time has been chosen for this application, or this one has passed.")


@transaction.atomic
def offer(application: Application, *, starts: Sequence[datetime], by: User, at: datetime) -> None:
    """Offer these times instead of those before; none takes the offer back.

    :raises PermissionDenied: unless the application is theirs.
    :raises SlotsAreClosed: while it waits for a decision, and after it.
    :raises SlotRefused: for more than two, the same twice, or one too soon or too far away.
    """
    if not policies.owns(by, application):
        raise PermissionDenied
    held = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    if held.status not in EDITABLE_APPLICATIONS:
        raise SlotsAreClosed
    _refuse_odd(starts, at)
    application.slots.filter(chosen_at=None).delete()
    LiveSlot.objects.bulk_create(
        LiveSlot(
            application=application,
            public_id=LiveSlot._meta.get_field("public_id").fresh(),
            starts_at=start,
        )
        for start in starts
    )


@transaction.atomic
def choose(slot: LiveSlot, *, by: User, at: datetime) -> LiveSlot:
    """Choose a time for an application one reviews.

    :raises PermissionDenied: unless `by` may judge it.
    :raises DomainError: when they have something to do with the applicant.
    :raises SlotIsTaken: when one has been chosen, or the time has passed.
    """
    if not policies.may_judge(by, slot.application):
        raise PermissionDenied
    seats.refuse_conflict(slot.application, by, at)
    if slot.application.status not in QUEUED_APPLICATIONS:
        raise SlotIsTaken
    free = LiveSlot.objects.filter(pk=slot.pk, chosen_at=None, starts_at__gt=at)
    try:
        with transaction.atomic():
            if not free.update(chosen_at=at, chosen_by=by):
                raise SlotIsTaken
    except IntegrityError as error:  # the other time was chosen in the same moment
        raise SlotIsTaken from error
    slot.chosen_at, slot.chosen_by = at, by
    news.session_chosen(slot, at=at)
    return slot


def calendar(slot: LiveSlot, *, url: str) -> str:
    """Return a calendar file for a time (RFC 5545); `url` leads to the application."""
    host = settings.SITE_URL.rpartition("//")[2]
    title = _("Walkthrough: %(skill)s") % {"skill": slot.application.skill.name}
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{settings.SITE_NAME}//vetting//EN",
        "BEGIN:VEVENT",
        f"UID:{slot.public_id}@{host}",
        f"DTSTAMP:{slot.chosen_at or slot.starts_at:{STAMP}}",
        f"DTSTART:{slot.starts_at:{STAMP}}",
        f"DTEND:{slot.ends_at:{STAMP}}",
        f"SUMMARY:{_escaped(title)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def _refuse_odd(starts: Sequence[datetime], at: datetime) -> None:
    if len(starts) > MOST_SLOTS or len(set(starts)) < len(starts):
        raise SlotRefused(_("Offer two different times."))
    if any(not at + EARLIEST <= start <= at + LATEST for start in starts):
        raise SlotRefused(_("Offer times from tomorrow on and within the next 60 days."))


def _escaped(text: str) -> str:
    """Escape a text as RFC 5545, 3.3.11 asks."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
