"""How a person wants to be told: which news, where, how often, and not at night."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence, Kind, Preference, User
from accounts.models.notification import ALWAYS_MAILED, DIGEST
from marketplace.kit.errors import DomainError

# News older than a day is not mailed any more, so nobody may be quiet for much of one.
LONGEST_QUIET = 16
DIGESTS = (Cadence.DAILY, Cadence.WEEKLY)
CHOOSABLE = [kind for kind in Kind if kind not in ALWAYS_MAILED]


class TooQuiet(DomainError):
    """The quiet hours are no stretch of a day, or nearly all of it."""

    code = "too_quiet"
    sentence = _("Quiet hours begin and end at different hours, and last sixteen at most.")


@dataclass(frozen=True, slots=True)
class Wish:
    """Where and how often one kind of news is told."""

    in_app: bool = True
    by_mail: str = Cadence.NOW


@transaction.atomic
def choose(
    user: User, *, wishes: Mapping[str, Wish], quiet_from: int | None, quiet_until: int | None
) -> None:
    """Take a person's choices; money and security are told everywhere and at once.

    :param quiet_from: the hour, 0 to 23 on their clock, from which no mail is sent; None for never.
    :raises TooQuiet: when the quiet hours are not a stretch of at most sixteen hours.
    """
    _refuse_too_quiet(quiet_from, quiet_until)
    for kind in CHOOSABLE:
        if kind in wishes:
            wish = wishes[kind]
            told = {"in_app": wish.in_app, "by_mail": wish.by_mail}
            Preference.objects.update_or_create(user=user, kind=kind, defaults=told)
    user.quiet_from, user.quiet_until = quiet_from, quiet_until
    user.save(update_fields=["quiet_from", "quiet_until"])


@transaction.atomic
def stop(user: User, kind: str) -> None:
    """Mail no more news of this kind, or no more digests; what is always mailed stays so."""
    if kind == DIGEST:
        Preference.objects.filter(user=user, by_mail__in=DIGESTS).update(by_mail=Cadence.OFF)
    elif kind in CHOOSABLE:
        Preference.objects.update_or_create(user=user, kind=kind, defaults={"by_mail": Cadence.OFF})


def _refuse_too_quiet(quiet_from: int | None, quiet_until: int | None) -> None:
    if quiet_from is None and quiet_until is None:
        return
    if quiet_from is None or quiet_until is None:
        raise TooQuiet
    if not 0 < (quiet_until - quiet_from) % 24 <= LONGEST_QUIET:
        raise TooQuiet
