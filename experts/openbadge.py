"""A badge in the words of Open Badges 3.0 and W3C Verifiable Credentials 2.0; it writes no row.

The token's payload is the credential itself with the claims of OB 3.0, 8.2.4.1 beside it.
"""

import gzip
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from experts import issuer
from experts.models import Badge, Evidence, Skill
from experts.models.skill import LEVEL_HINTS, Level

EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
# The fewest entries a list may have, so that one says little about its neighbours
# (Bitstring Status List 1.0, 2.2: "minimum length of 131,072").
LIST_SIZE = 131_072
# How long a list may be trusted before it is asked for again.
LIST_TTL = timedelta(minutes=5)
PURPOSES = ("revocation", "suspension")


def credential(
    badge: Badge, evidence: Iterable[Evidence], *, position: int, salt: str, at: datetime
) -> dict[str, Any]:
    """Return the claims of a badge: whose it is, what it proves, on what, until when."""
    address = issuer.address("experts:credential-json", badge.public_id)
    holder = issuer.address("experts:profile", badge.expert.slug)
    ends_at = end_of(badge.valid_until)
    proven = achievement(badge.skill, badge.level)
    return {
        "@context": [issuer.VC_CONTEXT, issuer.OB_CONTEXT, EXTENSIONS],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": proven["name"],
        "issuer": issuer.profile(),
        "awardedDate": written(datetime.combine(badge.issued_on, time(), tzinfo=UTC)),
        "validFrom": written(at),
        "validUntil": written(ends_at),
        "credentialSubject": {
            "id": holder,
            "type": ["AchievementSubject"],
            "identifier": identities(badge.expert.name, badge.expert.user.email, salt),
            "achievement": proven,
        },
        "evidence": [_evidence(badge, piece) for piece in evidence],
        "credentialStatus": [_status(purpose, position) for purpose in PURPOSES],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "iss": issuer.did(),
        "sub": holder,
        "jti": address,
        "nbf": int(at.timestamp()),
        "exp": int(ends_at.timestamp()),
    }


def achievement(skill: Skill, level: int) -> dict[str, Any]:
    """Return what a badge in this skill at this level says (OB 3.0, B.1.1 Achievement)."""
    address = issuer.address("experts:skill-level", skill.slug, level)
    named = {"skill": skill.english_title, "level": level, "words": Level(level).label}
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Badge",
        "name": _("%(skill)s, level %(level)s: %(words)s") % named,
        "description": skill.english_description,
        "criteria": {"id": address, "narrative": str(LEVEL_HINTS[Level(level)])},
        "tag": [skill.slug],
    }


def identities(name: str, email: str, salt: str) -> list[dict[str, Any]]:
    """Return the holder: by name, and by a hash that only who knows the address can confirm."""
    kind = "IdentityObject"
    return [
        {"type": kind, "identityType": "name", "hashed": False, "identityHash": name},
        {
            "type": kind,
            "identityType": "emailAddress",
            "hashed": True,
            "identityHash": identity_hash(email, salt),
            "salt": salt,
        },
    ]


def identity_hash(email: str, salt: str) -> str:
    """Return an address as OB 3.0 hides it (B.7.3 IdentityHash): SHA-256 of address and salt.

    The address is taken in lower case and without spaces around it.
    """
    known = email.strip().lower() + salt
    return "sha256$" + hashlib.sha256(known.encode(errors="replace")).hexdigest()


def status_list(
    purpose: str, number: int, marked: Iterable[int], *, at: datetime
) -> dict[str, Any]:
    """Return the claims of a status list; `marked` are the indices that are set.

    It begins at a full step of its time to live, so that two requests within one step get the same
    text, and ends one step after the next, so that a copy kept longer is refused.
    """
    step = int(LIST_TTL.total_seconds())
    begins = datetime.fromtimestamp(int(at.timestamp()) // step * step, tz=UTC)
    ends = begins + 2 * LIST_TTL
    address = issuer.address("experts:status-list", number, purpose)
    return {
        "@context": [issuer.VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did(),
        "validFrom": written(begins),
        "validUntil": written(ends),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded_list(marked),
            "ttl": step * 1000,
        },
        "iss": issuer.did(),
        "sub": f"{address}#list",
        "jti": address,
        "nbf": int(begins.timestamp()),
        "exp": int(ends.timestamp()),
    }


def encoded_list(marked: Iterable[int]) -> str:
    """Return bits as a list spells them: index 0 is the highest bit of the first byte; GZIP;
    base64url after the letter u (Bitstring Status List 1.0, 3.3)."""
    bits = bytearray(LIST_SIZE // 8)
    for index in marked:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + urlsafe_b64encode(packed).rstrip(b"=").decode()


def end_of(day: date) -> datetime:
    """Return the last second of a day, UTC: a badge counts on all of its last day."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)


def written(moment: datetime) -> str:
    """Return a moment as VC 2.0 writes it, in UTC and whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _evidence(badge: Badge, piece: Evidence) -> dict[str, Any]:
    """Return a piece as its owner shows it: of one by its title alone there is only that."""
    on_page = f"{issuer.address('experts:badge', badge.public_id)}#{piece.public_id}"
    if not piece.is_public:
        return {"id": on_page, "type": ["Evidence"], "name": piece.title}
    return {
        "id": piece.url or on_page,
        "type": ["Evidence"],
        "name": piece.title,
        "narrative": piece.claim,
        "genre": piece.get_kind_display(),
    }


def _status(purpose: str, position: int) -> dict[str, Any]:
    number, index = divmod(position, LIST_SIZE)
    address = issuer.address("experts:status-list", number, purpose)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }
