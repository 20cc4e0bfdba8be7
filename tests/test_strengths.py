"""Nothing we rely on is weaker than 128 bits (docs/keys.md), and what is sealed is sealed whole."""

import math
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore

from accounts.services import access_tokens, webhooks
from marketplace import settings as ours
from marketplace.kit import jws
from marketplace.kit.sealing import open_sealed, seal

LEAST = 128


def bits(text: str, kinds: int) -> float:
    return len(text) * math.log2(kinds)


def test_keys_that_seal_are_of_twice_128_bits():
    assert {len(seed) * 8 for seed in settings.SEALING_KEYS.values()} == {2 * LEAST}


def test_one_changed_byte_opens_nothing():
    """It is authenticated before it is read, and no two seals of one word are the same."""
    sealed = seal("the word")
    raw = bytearray(urlsafe_b64decode(sealed))
    assert (raw[0], seal("the word") == sealed) == (0x80, False)

    for place in (9, len(raw) // 2, len(raw) - 1):
        changed = raw.copy()
        changed[place] ^= 1
        with pytest.raises(InvalidToken):
            open_sealed(urlsafe_b64encode(bytes(changed)).decode())


def test_credentials_are_signed_with_ed25519():
    """Whose keys have 256 bits, and 128 against whoever tries."""
    assert (jws.ALGORITHM, len(jws.public_half(bytes(32))) * 8) == ("EdDSA", 2 * LEAST)


def test_a_session_is_known_by_what_nobody_guesses(db):
    keys = {SessionStore()._get_new_session_key() for _ in range(50)}

    assert len(keys) == 50
    assert all(set(key) <= set(string.ascii_lowercase + string.digits) for key in keys)
    assert min(bits(key, 36) for key in keys) >= LEAST


@pytest.mark.parametrize("module", [access_tokens, webhooks])
def test_tokens_and_secrets_are_long_enough(module):
    assert module.SECRET_BYTES * 8 >= LEAST


def test_passwords_take_long_to_try():
    """The tests hash fast; what the site is set to is Django's own, or stronger."""
    assert not hasattr(ours, "PASSWORD_HASHERS")
    assert PBKDF2PasswordHasher.iterations >= 1_000_000
    assert PBKDF2PasswordHasher.digest().digest_size * 8 >= 2 * LEAST
