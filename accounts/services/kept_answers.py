"""Doing what a program asks once, however often it asks under the same `Idempotency-Key`.

The effect and the answer are written in one transaction: a crash in between undoes both, and the
next try begins anew. A lock that nobody waits for tells a second try that the first still runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import KeptAnswer, User
from accounts.periods import ANSWER_DAYS
from marketplace.kit.errors import DomainError

KEPT_FOR = timedelta(days=ANSWER_DAYS)
LONGEST_KEY = 255


class KeyRefused(DomainError):
    """A key is a short text."""

    status = 400
    code = "key_refused"
    sentence = _("An Idempotency-Key has between 1 and 255 characters.")


class KeyUsedOtherwise(DomainError):
    """The key belongs to another request; doing this one would be a surprise."""

    status = 422
    code = "key_used_otherwise"
    sentence = _("This Idempotency-Key came with another request. Use a new key for each one.")


class InFlight(DomainError):
    """The first try has not been answered yet."""

    code = "in_flight"
    sentence = _("A request with this Idempotency-Key is being worked on. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a body as text; `is_old` when it was given before."""

    status: int
    body: str
    is_old: bool = False


@transaction.atomic
def once(user: User, *, key: str, asked: str, answer: Callable[[], Answer], at: datetime) -> Answer:
    """Return what `answer` returns, or what it returned under this key within the last day.

    :param key: what the program calls its request.
    :param asked: method, address and body, as one text.
    :raises KeyRefused: for an empty key, and one of more than 255 characters.
    :raises InFlight: while it is being answered.
    :raises KeyUsedOtherwise: when something else was asked under it.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise KeyRefused
    name, print_of_asked = _digest(f"{user.pk}:{key}"), _digest(asked)
    if not _locked(name):
        raise InFlight
    kept = KeptAnswer.objects.filter(user=user, key=name).first()
    if kept is not None and kept.created_at > at - KEPT_FOR:
        if kept.asked != print_of_asked:
            raise KeyUsedOtherwise
        return Answer(kept.status, kept.body, is_old=True)
    given = answer()
    said = {"asked": print_of_asked, "status": given.status, "body": given.body, "created_at": at}
    KeptAnswer.objects.update_or_create(user=user, key=name, defaults=said)
    return given


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _locked(name: str) -> bool:
    """Take the lock of a key until the end of the transaction, unless somebody has it."""
    number = int.from_bytes(bytes.fromhex(name)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
