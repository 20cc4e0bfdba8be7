"""Sign-outs by our staff: somebody else may sit in a session, and its owner cannot end it."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import devices, policies
from accounts.models import Kind, User
from accounts.services import audit, notifications
from accounts.services.notifications import Message, in_readers_languages


@transaction.atomic
def end(
    person: User, sessions: Sequence[UserSession], *, reason: str, by: User, at: datetime
) -> int:
    """End some of a person's sessions, and tell them; return how many.

    Whoever sat in one is a stranger from their next request on. What was typed there and not sent
    is lost to nobody but them.

    :raises PermissionDenied: unless `by` is of our staff, and this is somebody else.
    """
    if not policies.may_sign_out(by, person):
        raise PermissionDenied
    ended = [session for session in sessions if session.user_id == person.pk]
    for session in ended:
        session.end()
    if ended:
        devices.forget([person.pk])
        audit.note(audit.Act.SIGNED_OUT, by=by, of=[person], at=at)
        _tell(person, len(ended), reason, at)
    return len(ended)


@in_readers_languages
def _tell(person: User, number: int, reason: str, at: datetime) -> None:
    values = {"number": number, "reason": reason}
    notifications.tell(
        Message(
            user=person,
            kind=Kind.SECURITY,
            key=f"sign-out:{person.public_id}:{at.isoformat()}",
            subject=_("Our staff have signed you out somewhere"),
            body=_(
                "Sessions ended: %(number)d. Why: %(reason)s If you do not know who was signed in,"
                " change your password."
            )
            % values,
            url=reverse("usersessions_list"),
            action=_("See where you are signed in"),
        ),
        at=at,
    )
