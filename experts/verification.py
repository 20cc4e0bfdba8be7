"""Answers a stranger's question, is this badge real, step by step and in words.

The signature needs nothing but the issuer's did document; what the issuer says today of a badge
it signed (revoked, suspended) comes from its status lists. No row of ours decides anything here.
"""

import gzip
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experts import carriers, openbadge
from marketplace.kit import jws
from marketplace.kit.jws import Claims, Token, Unreadable
from marketplace.kit.words import long_day_text

# Clocks differ; a minute forgives that and no more.
SKEW = timedelta(minutes=1)
# A status list unpacks to 16 KiB; a bomb is cut off here.
MOST_LIST_BYTES = 1_048_576


class Registry(Protocol):
    """What the issuer publishes: who it is, its keys, and its status lists."""

    @property
    def did(self) -> str:
        """Its identifier."""

    def keys(self) -> Mapping[str, bytes]:
        """Return its public keys by their addresses."""

    def status_list(self, address: str) -> str:
        """Return the status list at an address, as a token.

        :raises LookupError: when there is none.
        """


class Outcome(Enum):
    """How a step went."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was checked, what it means, and how it went."""

    key: str
    title: str | Promise
    outcome: Outcome
    words: str | Promise

    @property
    def look(self) -> str:
        """The colour of its pill."""
        return {Outcome.PASSED: "ok", Outcome.FAILED: "bad"}.get(self.outcome, "")


@dataclass(slots=True)
class Report:
    """What came of it. `claims` may be believed only when `is_signed`."""

    steps: list[Step] = field(default_factory=list)
    claims: Claims = field(default_factory=dict)

    @property
    def is_verified(self) -> bool:
        """Whether everything that was checked holds; of nothing, nothing does."""
        return bool(self.steps) and self.steps[-1].key == LAST and not self.failures

    @property
    def is_signed(self) -> bool:
        """Whether the issuer signed what it says, whatever came of it since."""
        signed = {step.key for step in self.steps if step.outcome is Outcome.PASSED}
        return {"signature", "content"} <= signed

    @property
    def failures(self) -> list[Step]:
        """The steps that went wrong, first one first."""
        return [step for step in self.steps if step.outcome is Outcome.FAILED]


class Refused(Exception):
    """A step that fails, with the sentence that explains it; stays inside this module."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


LAST = "holder"
TITLES: Mapping[str, Promise] = {
    "read": _("Can be read"),
    "issuer": _("Names this issuer"),
    "signature": _("Signature"),
    "content": _("Says one thing"),
    "dates": _("Dates"),
    "revocation": _("Not revoked"),
    "suspension": _("Not suspended"),
    "holder": _("Holder"),
}


def examine(content: str, registry: Registry, *, at: datetime, holder: str = "") -> Report:
    """Check a credential in any of its files; never raises for what a stranger sends.

    :param holder: the address of the person who shows it; empty when nobody asks for it.
    """
    report = Report()
    try:
        token = jws.read(carriers.token_in(content))
    except Unreadable as problem:
        report.steps.append(_step("read", Outcome.FAILED, problem.sentence))
        return report
    report.steps.append(_step("read", Outcome.PASSED, _("It is one signed token.")))
    claims = report.claims = token.claims
    try:
        _add(report, "issuer", lambda: _from(claims, registry))
        _add(report, "signature", lambda: _signed(token, registry))
        _add(report, "content", lambda: _consistent(claims))
    except Refused:
        return report
    # From here on the words are the issuer's, so each of these is told whatever the others say.
    checks: dict[str, Callable[[], str | Promise]] = {
        "dates": lambda: _in_time(claims, at),
        "revocation": lambda: _unmarked(claims, "revocation", registry, at),
        "suspension": lambda: _unmarked(claims, "suspension", registry, at),
    }
    for key, check in checks.items():
        _add(report, key, check, is_last_word=False)
    _add_holder(report, claims, holder)
    return report


def name_of(claims: Claims) -> str:
    """Return the holder's name as the issuer signed it."""
    return next(
        (identity["identityHash"] for identity in _identities(claims, "name", hashed=False)), ""
    )


def _step(key: str, outcome: Outcome, words: str | Promise) -> Step:
    return Step(key, TITLES[key], outcome, words)


def _add(
    report: Report, key: str, check: Callable[[], str | Promise], *, is_last_word: bool = True
) -> None:
    """Record a check; when it is the last word, a failure ends the examination."""
    try:
        report.steps.append(_step(key, Outcome.PASSED, check()))
    except Refused as refusal:
        report.steps.append(_step(key, Outcome.FAILED, refusal.sentence))
        if is_last_word:
            raise


def _add_holder(report: Report, claims: Claims, holder: str) -> None:
    if not holder.strip():
        words = _("Nobody asked whose it is. Enter an address to confirm the holder.")
        report.steps.append(_step("holder", Outcome.SKIPPED, words))
        return
    _add(report, "holder", lambda: _belongs_to(claims, holder), is_last_word=False)


def _from(claims: Claims, registry: Registry) -> Promise:
    if claims.get("iss") != registry.did:
        raise Refused(_("It names another issuer, or none. We can only answer for our own badges."))
    return _("It names this site as its issuer.")


def _signed(token: Token, registry: Registry) -> Promise:
    public = registry.keys().get(token.kid)
    if public is None:
        raise Refused(_("It names a key that is not in our did document."))
    if not token.is_signed_by(public):
        raise Refused(_("The signature does not match: it was changed, or somebody else made it."))
    return _("It matches a public key in our did document: not a letter was changed since.")


def _consistent(claims: Claims) -> Promise:
    """Compare the token's own claims with the credential inside it (OB 3.0, 8.2.6.1)."""
    subject = claims.get("credentialSubject")
    issuer = claims.get("issuer")
    if not isinstance(subject, dict) or not isinstance(issuer, dict):
        raise Refused(_("It is signed, but it is not a badge."))
    same = (
        claims.get("iss") == issuer.get("id"),
        claims.get("sub") == subject.get("id"),
        claims.get("jti") == claims.get("id"),
        _seconds(claims.get("nbf")) == _moment(claims.get("validFrom")),
        _seconds(claims.get("exp")) == _moment(claims.get("validUntil")),
        "OpenBadgeCredential" in _strings(claims.get("type")),
        isinstance(subject.get("achievement"), dict),
    )
    if not all(same):
        raise Refused(_("It is signed, but its parts do not say the same."))
    return _("The token and the badge inside it agree.")


def _in_time(claims: Claims, at: datetime) -> str:
    begins, ends = _seconds(claims["nbf"]), _seconds(claims["exp"])
    named = {
        "first": long_day_text(begins) if begins else "",
        "last": long_day_text(ends) if ends else "",
    }
    if begins is None or ends is None or at < begins - SKEW:
        raise Refused(_("It is not valid yet."))
    if at > ends + SKEW:
        raise Refused(_("It has expired: its last day was %(last)s.") % named)
    return _("It is valid from %(first)s to %(last)s.") % named


def _unmarked(claims: Claims, purpose: str, registry: Registry, at: datetime) -> Promise:
    entries = _dicts(claims.get("credentialStatus"))
    entry = next((entry for entry in entries if entry.get("statusPurpose") == purpose), None)
    if entry is None:
        raise Refused(_("It does not say where its status is published."))
    if _bit(_list_at(entry, purpose, registry, at), str(entry.get("statusListIndex"))):
        raise Refused(
            _("The issuer has revoked it, or replaced it by a newer one.")
            if purpose == "revocation"
            else _("The issuer has suspended it: it does not count for now.")
        )
    return _("The issuer's signed status list does not mark it.")


def _list_at(entry: Claims, purpose: str, registry: Registry, at: datetime) -> bytes:
    """Return the bits of a status list that the issuer signed and that is not out of date."""
    address = entry.get("statusListCredential")
    try:
        token = jws.read(registry.status_list(str(address)))
    except (LookupError, Unreadable):
        raise Refused(_("The status list it names cannot be had.")) from None
    claims, public = token.claims, registry.keys().get(token.kid)
    if public is None or not token.is_signed_by(public) or claims.get("iss") != registry.did:
        raise Refused(_("The status list it names is not signed by the issuer."))
    begins, ends = _seconds(claims.get("nbf")), _seconds(claims.get("exp"))
    if begins is None or ends is None or not begins - SKEW <= at <= ends + SKEW:
        raise Refused(_("The status list is out of date, so it says nothing about today."))
    subject = claims.get("credentialSubject")
    if not isinstance(subject, dict) or claims.get("jti") != address:
        raise Refused(_("The status list is not the one the badge names."))
    if subject.get("statusPurpose") != purpose:
        raise Refused(_("The status list is not the one the badge names."))
    return _unpacked(subject.get("encodedList"))


def _unpacked(text: object) -> bytes:
    encoded = text[1:] if isinstance(text, str) and text.startswith("u") else ""
    try:
        packed = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        bits = zlib.decompressobj(wbits=31).decompress(packed, MOST_LIST_BYTES)
    except (ValueError, zlib.error, gzip.BadGzipFile):
        bits = b""
    if len(bits) * 8 < openbadge.LIST_SIZE:
        raise Refused(_("The status list cannot be read."))
    return bits


def _bit(bits: bytes, index: str) -> bool:
    if not (index.isascii() and index.isdigit()) or len(index) > 9 or int(index) >= len(bits) * 8:  # noqa: PLR2004 (longer than any list)
        raise Refused(_("It has no place in the status list it names."))
    return bool(bits[int(index) // 8] & 0x80 >> int(index) % 8)


def _belongs_to(claims: Claims, holder: str) -> Promise:
    for identity in _identities(claims, "emailAddress", hashed=True):
        salt = identity.get("salt", "")
        if identity["identityHash"] == openbadge.identity_hash(holder, str(salt)):
            return _("It was issued to the person who had this address.")
    raise Refused(_("It was not issued to the person with this address."))


def _identities(claims: Claims, kind: str, *, hashed: bool) -> Iterable[Claims]:
    subject = claims.get("credentialSubject")
    for identity in _dicts(subject.get("identifier")) if isinstance(subject, dict) else ():
        is_asked = identity.get("identityType") == kind and identity.get("hashed") is hashed
        if is_asked and isinstance(identity.get("identityHash"), str):
            yield identity


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _seconds(value: object) -> datetime | None:
    """Return the moment of a NumericDate; nothing for what is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _moment(value: object) -> datetime | None:
    """Return a moment as VC 2.0 writes it; nothing that could equal a moment for what is none."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
