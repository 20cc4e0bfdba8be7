"""Keeps the secrets of second factors sealed with the newest key."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from marketplace.kit.sealing import open_sealed, seal

# Where allauth keeps what codes are made from, by its kinds of second factor.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def reseal() -> int:
    """Seal all secrets anew; return how many. Afterwards the older keys open nothing of ours.

    :raises cryptography.fernet.InvalidToken: when a secret was sealed with a key we no longer have.
    """
    return sum(_reseal_one(key) for key in Authenticator.objects.values_list("pk", flat=True))


@transaction.atomic
def _reseal_one(key: int) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=key, type__in=SECRETS).first()
    if row is None:
        return False
    name = SECRETS[Authenticator.Type(row.type)]
    row.data[name] = seal(open_sealed(row.data[name]))
    row.save(update_fields=["data"])
    return True
