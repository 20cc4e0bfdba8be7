"""Issuing keys to the API, finding whose they are, and revoking them.

A token is 256 random bits, so its plain SHA-256 cannot be guessed back; it is shown once.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccessToken, Kind, User
from accounts.services import notifications, second_factors
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit.errors import DomainError

PREFIX = "at_"
SECRET_BYTES = 32
# How much of it is kept readable: enough to tell two apart, 30 of its 256 bits.
SHOWN = len(PREFIX) + 5
MOST_TOKENS = 10
LONGEST_DAYS = 365
# No token of ours is longer; what is need not be hashed.
LONGEST = 100
NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(DomainError):
    """Keys that nobody remembers are keys that nobody misses."""

    code = "too_many_tokens"
    sentence = gettext_lazy("You have ten tokens, which is the limit. Revoke one first.")


@transaction.atomic
def issue(
    *, name: str, scopes: Collection[str], days: int, by: User, at: datetime
) -> tuple[AccessToken, str]:
    """Make a token of one's own; return its row and the token itself, which nobody can see again.

    :param days: after how many it expires, 1 to 365.
    :raises PermissionDenied: for staff, who work in the browser.
    :raises SecondFactorFirst: when a password alone opens their account.
    :raises TooManyTokens: beyond ten.
    """
    if by.is_staff:
        raise PermissionDenied
    second_factors.demand(by)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if AccessToken.objects.visible_to(by).filter(expires_at__gt=at).count() >= MOST_TOKENS:
        raise TooManyTokens
    token = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = AccessToken.objects.create(
        user=by,
        name=name,
        prefix=token[:SHOWN],
        digest=_digest(token),
        scopes=sorted(scopes),
        created_at=at,
        expires_at=at + timedelta(days=min(days, LONGEST_DAYS)),
    )
    row.move("issue", by=by, at=at)
    _tell_owner(row, at)
    return row, token


def find(token: str, *, at: datetime) -> AccessToken | None:
    """Return the row of a token that still opens something, and note that it was used."""
    if not token.startswith(PREFIX) or len(token) > LONGEST:
        return None
    rows = AccessToken.objects.usable(at).select_related("user")
    row = rows.filter(digest=_digest(token)).first()
    if row is not None:
        _note_use(row, at)
    return row


@transaction.atomic
def revoke(row: AccessToken, *, by: User, at: datetime) -> None:
    """Let it open nothing any more.

    :raises IllegalMove: when it is revoked already.
    """
    row.move("revoke", by=by, at=at)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _note_use(row: AccessToken, at: datetime) -> None:
    is_old = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTED_EVERY)
    if row.last_used_at is None or row.last_used_at < at - NOTED_EVERY:
        AccessToken.objects.filter(is_old, pk=row.pk).update(last_used_at=at)


@in_readers_languages
def _tell_owner(row: AccessToken, at: datetime) -> None:
    notifications.tell(
        Message(
            user=row.user,
            kind=Kind.SECURITY,
            key=f"token:{row.public_id}",
            subject=_("A token to your account was made"),
            body=_(
                "“%(name)s” lets a program act as you. If you did not make it, revoke it and"
                " change how you sign in."
            )
            % {"name": row.name},
            url=reverse("accounts:tokens"),
            action=_("Look at your tokens"),
        ),
        at=at,
    )
