"""Seals secrets we have to read again, so that a copy of the database does not give them away.

Fernet of the `cryptography` library: encrypted and signed. `SEALING_KEYS` has the keys, newest
first: the first one seals, all of them open.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

# How each sealed text begins, whatever is in it (github.com/fernet/spec, version 0x80).
MARK = "gAAAA"


def seal(text: str) -> str:
    """Return the text so that nobody reads it without our keys."""
    return _keys().encrypt(text.encode()).decode()


def open_sealed(text: str) -> str:
    """Return what was sealed. What was written before there were keys is returned as it is.

    :raises cryptography.fernet.InvalidToken: when none of our keys has sealed it.
    """
    return _keys().decrypt(text).decode() if text.startswith(MARK) else text


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(seed)) for seed in settings.SEALING_KEYS.values()])
