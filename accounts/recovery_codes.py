"""Recovery codes as salted hashes.

allauth keeps a seed from which all codes follow, so that whoever reads it has every code. We keep a
hash of each, and the codes themselves only until their owner has seen them, once, and sealed.
"""

import hashlib
import json
import secrets
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from marketplace.kit.sealing import open_sealed, seal

SALT_BYTES = 16
# scrypt as RFC 7914 has it for signing in; 16 MiB and some 40 ms a code. One salt a person: a code
# is hashed once and compared with all of theirs. With twelve digits, 10^12 x 40 ms is no attack.
COST = {"n": 2**14, "r": 8, "p": 1}
# What is in the place of a code that was used.
USED = ""


def hashed(codes: list[str]) -> dict[str, Any]:
    """Return what is kept of these codes."""
    salt = secrets.token_hex(SALT_BYTES)
    return {"salt": salt, "hashes": [_hash(code, salt) for code in codes]}


class RecoveryCodes(auth.RecoveryCodes):  # type: ignore[misc]
    """allauth's, but for what stands in the database."""

    instance: Authenticator

    @classmethod
    def activate(cls, user: AbstractBaseUser) -> "RecoveryCodes":
        """Make codes for a person who has none; those of somebody who has some stay."""
        found = Authenticator.objects.filter(
            user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES
        ).first()
        if found:
            return cls(found)
        most = 10**app_settings.RECOVERY_CODE_DIGITS
        codes = [
            str(secrets.randbelow(most)).zfill(app_settings.RECOVERY_CODE_DIGITS)
            for _ in range(app_settings.RECOVERY_CODE_COUNT)
        ]
        data = hashed(codes) | {"unseen": seal(json.dumps(codes))}
        return cls(
            Authenticator.objects.create(
                user=user, type=Authenticator.Type.RECOVERY_CODES, data=data
            )
        )

    def mark_as_viewed(self) -> None:
        """Forget the codes; only this answer can show them still."""
        self._shown = self.get_unused_codes()
        self.instance.data.pop("unseen", None)
        super().mark_as_viewed()

    def get_unused_codes(self) -> list[str]:
        """Return the codes while they were not seen; afterwards only as many empty ones."""
        if hasattr(self, "_shown"):
            return self._shown
        data = self.instance.data
        codes = json.loads(open_sealed(data["unseen"])) if "unseen" in data else []
        left = [place for place, kept in enumerate(data["hashes"]) if kept != USED]
        return [codes[place] if codes else "" for place in left]

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Take a code, once; the row is locked, so that of two at the same time one is taken."""
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        data = self.instance.data
        said = _hash("".join(filter(str.isalnum, code))[:64], data["salt"])
        for place, kept in enumerate(data["hashes"]):
            if kept != USED and secrets.compare_digest(said, kept):
                data["hashes"][place] = USED
                self.instance.save(update_fields=["data"])
                return True
        return False


def install() -> None:
    """Put ours where allauth looks for its own; it has no setting for that (65.21)."""
    auth.RecoveryCodes = flows.RecoveryCodes = RecoveryCodes


def _hash(code: str, salt: str) -> str:
    return hashlib.scrypt(
        code.encode(errors="replace"), salt=bytes.fromhex(salt), dklen=32, **COST
    ).hex()
