"""Who we are to a stranger's verifier: our name on the web, our addresses and our keys."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from experts.models import SigningKey
from marketplace.kit import jws

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
JWK_CONTEXT = "https://w3id.org/security/suites/jws-2020/v1"


def did() -> str:
    """Return our identifier: `did:web:` and the host, with %3A before a port (did:web, 3.1)."""
    return "did:web:" + quote(urlsplit(settings.SITE_URL).netloc, safe="")


def address(name: str, *arguments: object) -> str:
    """Return the absolute address of a page of ours."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=arguments)


def newest_key() -> tuple[str, bytes]:
    """Return the key we sign with now: its name and its seed."""
    return next(iter(settings.CREDENTIAL_KEYS.items()))


def key_address(kid: str) -> str:
    """Return the address of a key inside our did document."""
    return f"{did()}#{kid}"


def public_keys() -> dict[str, str]:
    """Return the public keys we sign with now, newest first, then those we ever signed with."""
    kept = SigningKey.objects.values_list("kid", "public", "distrusted_at")
    keys = {
        kid: jws.encoded_key(jws.public_half(seed))
        for kid, seed in settings.CREDENTIAL_KEYS.items()
    }
    for kid, public, distrusted_at in kept:
        if distrusted_at is None:
            keys[kid] = public
        else:
            keys.pop(kid, None)
    return keys


def did_document(keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what `/.well-known/did.json` says (DID Core 1.0, 5.2.1; keys as in RFC 8037)."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1", JWK_CONTEXT],
        "id": did(),
        "verificationMethod": [_method(kid, public) for kid, public in keys.items()],
        "assertionMethod": [key_address(kid) for kid in keys],
        "service": [
            {
                "id": f"{did()}#profile",
                "type": "IssuerProfile",
                "serviceEndpoint": address("experts:issuer"),
            }
        ],
    }


def keys_of(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the public keys of a did document by their addresses."""
    methods: Iterable[Mapping[str, Any]] = document["verificationMethod"]
    return {method["id"]: jws.decoded_key(method["publicKeyJwk"]["x"]) for method in methods}


def profile() -> dict[str, Any]:
    """Return us as Open Badges 3.0 describes an issuer (B.6.4 Profile)."""
    return {
        "id": did(),
        "type": ["Profile"],
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
    }


def _method(kid: str, public: str) -> dict[str, Any]:
    return {
        "id": key_address(kid),
        "type": "JsonWebKey2020",
        "controller": did(),
        "publicKeyJwk": {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": public,
            "alg": jws.ALGORITHM,
            "use": "sig",
            "kid": kid,
        },
    }
