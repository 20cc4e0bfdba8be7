"""B-04: forty-nine forged or withdrawn credentials, none verifies; twenty honest ones, all do.

Each is shown to our verifier and to openbadgeslib, which shares no line with it.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from experts import issuer, openbadge
from experts.models import Badge, Credential
from experts.services import badges, credentials
from marketplace.kit import jws
from tests import factories
from tests.drills_vetting.strangers import DID, SITE, Web, another_accepts, ours_accepts

pytestmark = pytest.mark.drills

# openbadgeslib reads the clock on the wall.
NOW = datetime.now(UTC).replace(microsecond=0)
NEXT_YEAR = (NOW + timedelta(days=365)).date()
SEEDS = {name: hashlib.sha256(name.encode()).digest() for name in ("first", "second", "third")}
STRANGERS_SEED = hashlib.sha256(b"stranger").digest()


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE
    settings.CREDENTIAL_KEYS = {"first": SEEDS["first"]}


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def badge(ada) -> Badge:
    return badge_of(ada.expert, "evals")


def badge_of(expert, skill: str, **fields) -> Badge:
    return factories.badge(
        expert, factories.skill(skill), level=2, issued_on=NOW.date(),
        **{"valid_until": NEXT_YEAR} | fields,
    )  # fmt: skip


def issued(badge: Badge, at: datetime = NOW) -> str:
    return credentials.keep_up(badge, at=at).jwt


def rotate(settings, *names: str) -> None:
    settings.CREDENTIAL_KEYS = {name: SEEDS[name] for name in names}


# --- Twenty honest ones


def test_twenty_honest_credentials_verify_across_two_rotations(ada, web, settings):
    tokens = []
    for number in range(20):
        if number == 7:
            rotate(settings, "second", "first")
        if number == 14:
            rotate(settings, "third")  # the first two are gone from the environment
        tokens.append(issued(badge_of(ada.expert, f"skill-{number}")))

    assert len({jws.read(token).kid for token in tokens}) == 3
    for token in tokens:
        assert ours_accepts(token, web, holder=" Ada@attest.example ")
        assert another_accepts(token, web, holder=f"{SITE}/experts/{ada.expert.slug}/")


# --- The forger's tools


def parts(token: str) -> tuple[jws.Claims, jws.Claims, bytes]:
    header, claims, signature = token.split(".")
    return json.loads(plain(header)), json.loads(plain(claims)), plain(signature)


def plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def spelled(data: bytes | jws.Claims) -> str:
    if isinstance(data, dict):  # as we write it, so that a forgery differs in what it forges alone
        data = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def put(*, header=None, signature=None, **claims):
    """Change claims (by dotted path, None removes) and leave the rest, signature included."""

    def forge(token: str) -> str:
        head, body, signed = parts(token)
        head |= header or {}
        for path, value in claims.items():
            place: Any = body
            way = [int(step) if step.isdigit() else step for step in path.split("__")]
            for step in way[:-1]:
                place = place[step]
            if value is None:
                del place[way[-1]]
            else:
                place[way[-1]] = value
        return f"{spelled(head)}.{spelled(body)}.{spelled(signature or signed)}"

    return forge


def flip_a_bit_of_the_signature(token: str) -> str:
    signature = bytearray(parts(token)[2])
    signature[10] ^= 1
    return f"{token.rpartition('.')[0]}.{spelled(bytes(signature))}"


def sign_as(seed: bytes, **header):
    def forge(token: str) -> str:
        head, body, _ = parts(token)
        if not header:
            return jws.sign(body, seed=seed, kid=head["kid"])
        signed = f"{spelled(head | header)}.{spelled(body)}"
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return f"{signed}.{spelled(key.sign(signed.encode()))}"

    return forge


def by_shared_secret(token: str) -> str:
    """The oldest trick: the public key, which everyone knows, as the secret of an HMAC."""
    head, body, _ = parts(token)
    signed = f"{spelled(head | {'alg': 'HS256'})}.{spelled(body)}"
    secret = jws.public_half(SEEDS["first"])
    return f"{signed}.{spelled(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def cut_the_payload(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:80]}.{signature}"


def say_it_twice(token: str) -> str:
    head, body, signature = token.split(".")
    twice = plain(body)[:-1] + b',"exp":4102444800}'
    return f"{head}.{spelled(twice)}.{signature}"


STRANGERS_KEY = {"kty": "OKP", "crv": "Ed25519", "x": spelled(jws.public_half(STRANGERS_SEED))}
FAR = 4_102_444_800
FORGERIES = {
    "another name": put(name="RAG, level 3"),
    "a higher level": put(credentialSubject__achievement__id=f"{SITE}/skills/evals/levels/3/"),
    "another achievement": put(credentialSubject__achievement__name="Everything, level 3"),
    "another description": put(credentialSubject__achievement__description="All of it."),
    "other criteria": put(credentialSubject__achievement__criteria={"narrative": "Being nice."}),
    "another holder": put(
        sub=f"{SITE}/experts/mallory/", credentialSubject__id=f"{SITE}/experts/mallory/"
    ),
    "another holder's name": put(credentialSubject__identifier__0__identityHash="Mallory"),
    "another address": put(
        credentialSubject__identifier__1__identityHash=openbadge.identity_hash(
            "m@attest.example", "s"
        ),
        credentialSubject__identifier__1__salt="s",
    ),
    "another salt": put(credentialSubject__identifier__1__salt="00"),
    "no address": put(credentialSubject__identifier__1=None),
    "more evidence": put(evidence__0={"id": "https://evil.example", "type": ["Evidence"]}),
    "no evidence": put(evidence=None),
    "a later end": put(exp=FAR, validUntil="2100-01-01T00:00:00Z"),
    "no end": put(exp=None, validUntil=None),
    "an earlier beginning": put(nbf=0, validFrom="1970-01-01T00:00:00Z"),
    "another award date": put(awardedDate="2020-01-01T00:00:00Z"),
    "another issuer's name": put(issuer__name="OpenAI"),
    "another issuer": put(iss="did:web:evil.example", issuer__id="did:web:evil.example"),
    "another place in the list": put(credentialStatus__0__statusListIndex="7"),
    "another list": put(
        credentialStatus__0__statusListCredential=f"{SITE}/credentials/status/0/suspension/"
    ),
    "no status": put(credentialStatus=None),
    "another id": put(jti="urn:other", id="urn:other"),
    "another type": put(type=["VerifiableCredential"]),
    "the name in look-alike letters": put(name="\N{GREEK CAPITAL LETTER EPSILON}vals, level 2"),
    "an invisible letter": put(name="Evals\u200b, level 2"),
    "a key nobody has": put(header={"kid": f"{DID}#nobody"}),
    "a key of another host": put(header={"kid": "did:web:evil.example#first"}),
    "alg none": put(header={"alg": "none"}),
    "alg none, unsigned": lambda token: put(header={"alg": "none"})(token).rpartition(".")[0] + ".",
    "alg None in capitals": put(header={"alg": "NONE"}),
    "another algorithm's name": put(header={"alg": "ES256"}),
    "the public key as a secret": by_shared_secret,
    "the forger's key inside": sign_as(STRANGERS_SEED, jwk=STRANGERS_KEY),
    "the forger's key by our name": sign_as(STRANGERS_SEED),
    "one bit of the signature": flip_a_bit_of_the_signature,
    "a signature of zeros": put(signature=bytes(64)),
    "half a signature": lambda token: token[:-43],
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "half a payload": cut_the_payload,
    "four parts": lambda token: f"{token}.{token.split('.')[2]}",
    "two ends": say_it_twice,
    "full-width dots": lambda token: token.replace(".", "\N{FULLWIDTH FULL STOP}"),
    "a very long one": put(name="x" * 2_000_000),
}


def test_the_forger_changes_nothing_but_what_is_forged(badge):
    token = issued(badge)

    assert put()(token) == token


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_credential_verifies_nowhere(badge, web, forge):
    token = issued(badge)
    assert ours_accepts(token, web)
    assert another_accepts(token, web)

    forged = forge(token)

    assert forged != token
    assert not ours_accepts(forged, web)
    assert not another_accepts(forged, web)


def test_a_signature_of_another_badge_verifies_nowhere(ada, badge, web):
    other = issued(badge_of(ada.expert, "agents"))
    forged = issued(badge).rpartition(".")[0] + "." + other.rpartition(".")[2]

    assert not ours_accepts(forged, web)
    assert not another_accepts(forged, web)


def test_one_token_has_one_spelling(badge, web):
    """The last letter of a signature has four bits that say nothing; lax readers skip them."""
    token = issued(badge)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bytes = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]

    assert plain(same_bytes.split(".")[2]) == plain(token.split(".")[2])
    assert not ours_accepts(same_bytes, web)


# --- Honest, but not today, not theirs, not ours


def test_an_expired_credential_verifies_nowhere(ada, web):
    badge = badge_of(ada.expert, "evals", valid_until=(NOW - timedelta(days=2)).date())
    token = issued(badge, NOW - timedelta(days=90))

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_one_that_is_not_yet_valid_verifies_nowhere(badge, web):
    token = issued(badge, NOW + timedelta(days=3))

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


@pytest.mark.parametrize("verb", ["revoke", "suspend"])
def test_one_that_was_taken_away_verifies_nowhere_at_once(badge, rhea, web, verb):
    token = issued(badge)
    getattr(badges, verb)(badge, reason="The repository is not theirs.", by=rhea, at=NOW)

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_a_reinstated_one_verifies_again(badge, rhea, web):
    token = issued(badge)
    badges.suspend(badge, reason="A doubt.", by=rhea, at=NOW)
    badges.reinstate(badge, reason="The doubt is gone.", by=rhea, at=NOW)

    assert ours_accepts(token, web)
    assert another_accepts(token, web)


def test_a_replaced_version_verifies_nowhere_and_its_successor_everywhere(badge, web):
    old = issued(badge)
    Badge.objects.filter(pk=badge.pk).update(valid_until=NEXT_YEAR + timedelta(days=365))
    new = issued(badge)

    assert Credential.objects.filter(badge=badge).count() == 2
    assert not ours_accepts(old, web)
    assert not another_accepts(old, web)
    assert ours_accepts(new, web)
    assert another_accepts(new, web)


def test_the_wrong_holder_is_refused_everywhere(badge, web):
    token = issued(badge)

    assert not ours_accepts(token, web, holder="mallory@attest.example")
    assert not another_accepts(token, web, holder=f"{SITE}/experts/mallory/")


def test_the_badge_of_another_host_is_not_ours(badge, web, settings):
    settings.SITE_URL = "https://evil.example"
    token = issued(badge)
    settings.SITE_URL = SITE

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def list_of(token: str, purpose: str) -> str:
    entries = parts(token)[1]["credentialStatus"]
    return next(row["statusListCredential"] for row in entries if row["statusPurpose"] == purpose)


def test_a_replayed_status_list_helps_nobody(badge, rhea, web):
    token = issued(badge, NOW - timedelta(days=1))
    old = credentials.status_list("revocation", 0, at=NOW - timedelta(hours=1))
    badges.revoke(badge, reason="The repository is not theirs.", by=rhea, at=NOW)
    web.instead[list_of(token, "revocation")] = old.encode()

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_a_status_list_of_the_other_purpose_helps_nobody(badge, rhea, web):
    token = issued(badge)
    badges.revoke(badge, reason="The repository is not theirs.", by=rhea, at=NOW)
    empty = credentials.status_list("suspension", 0, at=NOW)
    web.instead[list_of(token, "revocation")] = empty.encode()

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_a_status_list_of_a_stranger_helps_nobody(badge, rhea, web):
    token = issued(badge)
    badges.revoke(badge, reason="The repository is not theirs.", by=rhea, at=NOW)
    claims = openbadge.status_list("revocation", 0, [], at=NOW)
    forged = jws.sign(claims, seed=STRANGERS_SEED, kid=issuer.key_address("first"))
    web.instead[list_of(token, "revocation")] = forged.encode()

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_a_status_list_that_cannot_be_had_helps_nobody(badge, web):
    token = issued(badge)
    web.instead[list_of(token, "suspension")] = b"not today"

    assert not ours_accepts(token, web)
    assert not another_accepts(token, web)


def test_there_are_forty_of_them():
    assert len(FORGERIES) >= 40
