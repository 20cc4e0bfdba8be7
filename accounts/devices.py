"""Browsers that somebody has signed in with, known by a cookie that only we can write (ADR 37).

It opens nothing. Whoever shows it is counted apart from strangers who guess (`accounts.attempts`).
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.utils import filter_users_by_email
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import F

from accounts.models import User

COOKIE = "device" if settings.DEVELOPMENT else "__Host-device"
# From the last time they signed in with it.
KNOWN_FOR = timedelta(days=400)


def remember(answer: Any, user: User) -> None:
    """Have the browser that gets this answer known as one of this person's, and of nobody else."""
    answer.set_cookie(
        COOKIE,
        _signer(user).sign(secrets.token_hex(8)),
        max_age=KNOWN_FOR,
        secure=not settings.DEVELOPMENT,
        httponly=True,
        samesite="Lax",
    )


def known(shown: str, email: str) -> str:
    """Name the device of the person with this address; empty if it is none of theirs.

    :param shown: what its cookie says.
    """
    if not shown:
        return ""
    for user in filter_users_by_email(email):
        try:
            return str(_signer(user).unsign(shown, max_age=KNOWN_FOR))
        except BadSignature:
            continue
    return ""


def forget(people: Iterable[int]) -> None:
    """Know no browser of these people any more, by their primary keys, until they sign in again."""
    User.objects.filter(pk__in=people).update(devices_ended=F("devices_ended") + 1)


def _signer(user: User) -> TimestampSigner:
    """Sign so that a new password, and ending the other sessions, makes the signature wrong."""
    revocable = f"{user.public_id}:{user.devices_ended}:{user.get_session_auth_hash()}"
    return TimestampSigner(salt=f"accounts.devices:{revocable}")
