"""Second factors: who has one, who needs one first, and the secrets they are made from."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.kit.errors import DomainError
from marketplace.kit.sealing import open_sealed, seal

# Where what codes are made from stands, by allauth's kinds of second factor. Recovery codes stand
# there until they were shown (`accounts.recovery_codes`).
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "unseen"}
# Recovery codes stand in for one of these; alone they are none.
REAL = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


class SecondFactorFirst(DomainError):
    """Nobody posts, proposes or is paid behind a password alone."""

    status = 403
    code = "second_factor_first"
    sentence = _("Add a passkey or an authenticator app to your account first, in your settings.")


def has_one(user: User) -> bool:
    """Whether a passkey or an authenticator app keeps others out of this account."""
    return bool(Authenticator.objects.filter(user=user, type__in=REAL).exists())


def is_missing(user: User) -> bool:
    """Whether this person has none where the site asks for one (`REQUIRE_SECOND_FACTOR`)."""
    return settings.REQUIRE_SECOND_FACTOR and not has_one(user)


def demand(user: User) -> None:
    """Ask for one before a first job, proposal or payout.

    :raises SecondFactorFirst: when it is missing.
    """
    if is_missing(user):
        raise SecondFactorFirst


def reseal() -> int:
    """Seal all secrets anew; return how many. Afterwards the older keys open nothing of ours.

    :raises cryptography.fernet.InvalidToken: when a secret was sealed with a key we no longer have.
    """
    return sum(_reseal_one(key) for key in Authenticator.objects.values_list("pk", flat=True))


@transaction.atomic
def _reseal_one(key: int) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=key, type__in=SECRETS).first()
    name = SECRETS[Authenticator.Type(row.type)] if row else ""
    if row is None or name not in row.data:
        return False
    row.data[name] = seal(open_sealed(row.data[name]))
    row.save(update_fields=["data"])
    return True
