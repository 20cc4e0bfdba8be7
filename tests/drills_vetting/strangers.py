"""Strangers who check our badges over the web: by our verifier, and by one that is not ours."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.test import Client
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier

from experts import issuer, verification

SITE = "https://attest.example"
DID = "did:web:attest.example"


class Web:
    """Our site as a stranger reaches it; `instead` puts other answers at some addresses."""

    def __init__(self) -> None:
        self.instead: dict[str, bytes] = {}

    def get(self, address: str) -> bytes:
        if address in self.instead:
            return self.instead[address]
        if not address.startswith(SITE):
            raise LookupError(address)
        answer = Client().get(address.removeprefix(SITE))
        if answer.status_code != 200:
            raise LookupError(address)
        return answer.content


class Registry:
    """What the web says about the issuer, as our verifier asks for it."""

    did = DID

    def __init__(self, web: Web) -> None:
        self.web = web

    def keys(self) -> Mapping[str, bytes]:
        return issuer.keys_of(json.loads(self.web.get(f"{SITE}/.well-known/did.json")))

    def status_list(self, address: str) -> str:
        return self.web.get(address).decode()


def ours_accepts(content: str, web: Web, *, holder: str = "") -> bool:
    """Whether our verifier finds nothing wrong now, with nothing but what the web says."""
    at = datetime.now(UTC)
    return verification.examine(content, Registry(web), at=at, holder=holder).is_verified


def another_accepts(token: str, web: Web, *, holder: str | None = None) -> bool:
    """Whether openbadgeslib, by the clock on the wall, finds nothing wrong."""
    try:
        verifier = OB3Verifier.for_issuer_did(DID, download=web.get)
        verifier.verify(token, holder, check_status=True, download=web.get)
    except LibOpenBadgesException:
        return False
    return True
