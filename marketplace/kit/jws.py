"""Signed JSON in the compact form of RFC 7515, by Ed25519 (RFC 8037) and nothing else.

One algorithm and one spelling of every token: what may be written in two ways is refused, so two
readers can never disagree about what was signed.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# RFC 8037, 3.1. RFC 9864 calls the same signature "Ed25519"; verifiers know the older name.
ALGORITHM = "EdDSA"
SIGNATURE_BYTES = 64
# A token of ours has about four thousand characters; the cap keeps a stranger's from costing more.
MOST_CHARACTERS = 65_536
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")

Claims = dict[str, Any]


class Unreadable(ValueError):
    """The text is not a token in the one form we accept; `sentence` says why, for people."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; nothing in it is to be believed before `is_signed_by` says so."""

    kid: str
    claims: Claims
    signed: bytes
    signature: bytes

    def is_signed_by(self, public: bytes) -> bool:
        """Whether the owner of this public key (32 bytes) signed exactly this text."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(claims: Mapping[str, Any], *, seed: bytes, kid: str) -> str:
    """Return the token of these claims, signed with a private key (its seed of 32 bytes)."""
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": kid}
    signed = f"{_encoded(_written(header))}.{_encoded(_written(claims))}"
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signed.encode())
    return f"{signed}.{_encoded(signature)}"


def public_half(seed: bytes) -> bytes:
    """Return the public key, 32 bytes, that belongs to a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def read(token: str) -> Token:
    """Take a token apart.

    :raises Unreadable: unless it is one in the one form we write.
    """
    if len(token) > MOST_CHARACTERS:
        raise Unreadable(_("It is longer than any credential of ours."))
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 (RFC 7515, 3.1)
        raise Unreadable(_("It does not have the three parts of a signed token."))
    header, claims, signature = (_decoded(part) for part in parts)
    if len(signature) != SIGNATURE_BYTES:
        raise Unreadable(_("Its signature does not have the length of one."))
    return Token(
        kid=_kid_of(_object(header)),
        claims=_object(claims),
        signed=".".join(parts[:2]).encode(),
        signature=signature,
    )


def encoded_key(public: bytes) -> str:
    """Return a public key as a JSON Web Key spells it (RFC 8037, 2: base64url without padding)."""
    return _encoded(public)


def decoded_key(text: str) -> bytes:
    """Return the public key that a JSON Web Key spells.

    :raises Unreadable: when it spells none.
    """
    return _decoded(text)


def _kid_of(header: Claims) -> str:
    """Return whose key signed; a header that asks for anything else is refused, not obeyed."""
    if header.get("alg") != ALGORITHM:
        raise Unreadable(_("It is not signed in the one way we sign (Ed25519)."))
    if set(header) != {"alg", "typ", "kid"} or header["typ"] != "JWT":
        raise Unreadable(_("Its header is not the one we write."))
    kid = header["kid"]
    if not isinstance(kid, str):
        raise Unreadable(_("Its header is not the one we write."))
    return kid


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    """Return the bytes of base64url in its shortest spelling; others would verify as well."""
    if not BASE64URL.fullmatch(part):
        raise Unreadable(_("It holds characters that do not belong in a signed token."))
    try:
        data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        data = b""
    if _encoded(data) != part:
        raise Unreadable(_("A part of it is cut off or not written in the usual way."))
    return data


def _object(data: bytes) -> Claims:
    """Return a JSON object that says nothing twice and holds only what can be written again."""
    try:
        value = json.loads(data, object_pairs_hook=_once_each, parse_constant=_refuse)
        _written({"": value})
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable(_("A part of it is not readable.")) from None
    if not isinstance(value, dict):
        raise Unreadable(_("A part of it is not readable."))
    return value


def _once_each(pairs: Sequence[tuple[str, Any]]) -> Claims:
    """Refuse a name that stands twice: one reader would take the first, another the last."""
    names = dict(pairs)
    if len(names) != len(pairs):
        raise Unreadable(_("It says the same thing twice."))
    return names


def _refuse(_constant: str) -> NoReturn:
    raise Unreadable(_("A part of it is not readable."))
