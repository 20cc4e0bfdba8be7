"""Signed tokens: one algorithm, one spelling, and nothing that is sent breaks the reader."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit import jws
from marketplace.kit.jws import Unreadable

SEED = bytes(range(32))
PUBLIC = jws.public_half(SEED)
TOKEN = jws.sign({"iss": "us", "name": "Ada Øk\u200bonkwo 😀"}, seed=SEED, kid="k")

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def spelled(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@given(st.dictionaries(texts, values, max_size=4))
def test_what_is_signed_is_what_is_read(claims):
    token = jws.read(jws.sign(claims, seed=SEED, kid="k"))

    assert token.claims == claims
    assert token.is_signed_by(PUBLIC)
    assert not token.is_signed_by(jws.public_half(bytes(32)))


@given(st.data())
def test_no_single_letter_can_be_another(data):
    place = data.draw(st.integers(0, len(TOKEN) - 1))
    letter = data.draw(st.characters().filter(lambda each: each != TOKEN[place]))
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]

    try:
        accepted = jws.read(changed).is_signed_by(PUBLIC)
    except Unreadable:
        accepted = False

    assert not accepted


@given(st.text())
def test_text_that_is_no_token_is_unreadable_and_no_error(text):
    with pytest.raises(Unreadable):
        jws.read(text)


HEADER = b'{"alg":"EdDSA","typ":"JWT","kid":"k"}'


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","typ":"JWT","kid":"k"}',
        b'{"alg":"HS256","typ":"JWT","kid":"k"}',
        b'{"alg":"Ed25519","typ":"JWT","kid":"k"}',
        b'{"alg":["EdDSA"],"typ":"JWT","kid":"k"}',
        b'{"alg":"EdDSA","typ":"JWT","kid":7}',
        b'{"alg":"EdDSA","typ":"jwt","kid":"k"}',
        b'{"alg":"EdDSA","kid":"k"}',
        b'{"alg":"EdDSA","typ":"JWT","kid":"k","crit":["b64"],"b64":false}',
        b'{"alg":"EdDSA","typ":"JWT","kid":"k","alg":"EdDSA"}',
        b'["EdDSA"]',
    ],
)
def test_a_header_that_asks_for_anything_else_is_refused(header):
    with pytest.raises(Unreadable):
        jws.read(f"{spelled(header)}.e30.{'A' * 86}")


@pytest.mark.parametrize(
    "claims",
    [
        b"", b"[]", b"7", b"null", b'"x"', b"{", b"\xff", b'{"a":NaN}', b'{"a":Infinity}',
        b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":"\\ud800"}', b"[" * 20_000,
        b'{"a":' * 8_000, b'{"a":' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_claims_that_could_be_read_in_two_ways_are_refused(claims):
    with pytest.raises(Unreadable):
        jws.read(f"{spelled(HEADER)}.{spelled(claims)}.{'A' * 86}")


def test_a_token_says_the_standard_things_in_the_standard_order():
    header, claims, signature = TOKEN.split(".")

    assert header == spelled(HEADER)
    assert json.loads(claims and jws._decoded(claims))["iss"] == "us"
    assert len(signature) == 86
