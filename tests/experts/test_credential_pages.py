"""The pages and files of a badge that strangers read: none needs an account, none ever breaks."""

import io
import json
import re
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openbadgeslib.ob3 import OB3Verifier

from experts import carriers, verification
from experts.models import Badge, Credential, Evidence, SigningKey
from experts.services import badges, credentials, reviews
from experts.views import credentials as files
from marketplace.kit import jws
from tests import factories
from tests.conftest import NOON
from tests.laid import laid


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    for module in ("credentials", "verify"):
        monkeypatch.setattr(f"experts.views.{module}.now", lambda: NOON)


@laid
def badge(ada) -> Badge:
    row = ada.expert.badges.get()
    credentials.keep_up(row, at=NOON)
    return row


def token_of(badge: Badge) -> str:
    return badge.credentials.current().get().jwt


def text(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# --- Issued with the badge, kept up with it


def test_a_granted_badge_has_its_credential_at_once(case, rhea, judged):
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    credential = Credential.objects.get(badge=badge)
    claims = jws.read(credential.jwt).claims
    assert claims["validUntil"] == "2031-07-01T23:59:59Z"
    assert claims["credentialSubject"]["achievement"]["name"] == "Evals, level 2: Shipped it"
    assert SigningKey.objects.get() == credential.key


def test_the_holders_address_is_not_in_it(badge, ada):
    claims = jws.read(token_of(badge)).claims

    assert ada.email not in json.dumps(claims)
    assert claims["credentialSubject"]["identifier"][1]["identityHash"].startswith("sha256$")


def test_it_says_of_evidence_what_its_holder_shows(ada):
    """Everything, the title and its place on our page, or nothing."""
    badge = factories.badge(ada.expert, factories.skill("evals"))
    whole, titled = badge.application.evidence.all()
    hidden = Evidence.objects.get(pk=whole.pk)
    hidden.pk, hidden.public_id, hidden.title = None, "evd_hidden", "Between us"
    hidden.shown = "nothing"
    hidden.save()
    Evidence.objects.filter(pk=titled.pk).update(shown="title", claim="Secret client")

    credentials.keep_up(badge, at=NOON)

    claims = jws.read(token_of(badge)).claims
    assert claims["evidence"] == [
        {
            "id": "https://code.attest.example/1",
            "type": ["Evidence"],
            "name": "Repository 1",
            "narrative": "The retrieval and its evaluation.",
            "genre": "Repository",
        },
        {
            "id": f"{claims['id'].removesuffix('credential.json')}#{titled.public_id}",
            "type": ["Evidence"],
            "name": "Repository 2",
        },
    ]
    for kept in ("Between us", "evd_hidden", "Secret client", "code.attest.example/2"):
        assert kept not in json.dumps(claims)


def test_the_sweep_issues_what_an_older_installation_lacks_and_then_rests(ada):
    assert credentials.keep_all_up(at=NOON) == 1
    assert credentials.keep_all_up(at=NOON) == 0
    assert Credential.objects.get().badge == ada.expert.badges.get()


def test_a_key_never_changes_behind_its_name(badge, settings, ada):
    settings.CREDENTIAL_KEYS = {"development": bytes(32)}

    with pytest.raises(Exception, match="named another key"):
        credentials.keep_up(factories.badge(ada.expert, factories.skill("evals")), at=NOON)


# --- Files


def test_the_picture_carries_the_credential(client, badge):
    answer = client.get(reverse("experts:credential-picture", args=[badge.public_id]))

    assert OB3Verifier.extract_token_from_svg(answer.content) == token_of(badge)
    assert carriers.token_in(answer.content.decode()) == token_of(badge)


@pytest.mark.parametrize("name", ["credential-picture", "embed"])
def test_a_picture_may_style_itself_and_nothing_else(client, badge, name):
    answer = client.get(reverse(f"experts:{name}", args=[badge.public_id]))
    picture = answer.content.decode()

    assert f"<style>{files.STYLE}</style>" in picture
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in picture
    assert "<title" in picture


def test_the_embedded_picture_says_when_a_badge_stops_counting(client, badge, rhea):
    address = reverse("experts:embed", args=[badge.public_id])
    before = client.get(address)
    assert "Verified by Attest until 1 Jan 2031" in before.content.decode()
    assert client.get(address, headers={"if-none-match": before["ETag"]}).status_code == 304

    badges.suspend(badge, reason="A doubt.", by=rhea, at=NOON)

    after = client.get(address, headers={"if-none-match": before["ETag"]})
    assert "Attest: suspended, does not count" in after.content.decode()


def test_a_name_cannot_break_out_of_the_code_to_copy(client, badge, ada):
    ada.name = '"><script>alert(1)</script> ](https://evil.example)'
    ada.save()

    page = client.get(reverse("experts:badge", args=[badge.public_id])).content.decode()

    assert "<script>alert" not in page
    html, markdown = (unescape(code) for code in re.findall(r"readonly>(.*?)</textarea>", page))
    assert "&quot;&gt;&lt;script&gt;" in html
    assert "](https://evil.example" not in markdown


def test_an_achievement_is_a_page_for_people_and_json_for_machines(client, ada):
    address = reverse("experts:skill-level", args=["rag", 3])

    assert "Led it in production" in text(client.get(address)).replace("led", "Led")
    machine = client.get(address, headers={"accept": "application/json"}, follow=True).json()
    assert machine["id"].endswith(address)
    assert client.get(reverse("experts:skill-level", args=["rag", 4])).status_code == 404


def test_a_status_list_is_asked_for_again_and_sent_when_it_changed(client, badge, rhea):
    address = reverse("experts:status-list", args=[0, "suspension"])
    before = client.get(address)
    assert client.get(address, headers={"if-none-match": before["ETag"]}).status_code == 304

    badges.suspend(badge, reason="A doubt.", by=rhea, at=NOON)

    assert client.get(address, headers={"if-none-match": before["ETag"]}).status_code == 200
    for wrong in ([1, "revocation"], [0, "refresh"]):
        assert client.get(reverse("experts:status-list", args=wrong)).status_code == 404


def test_a_status_list_costs_the_same_for_many_badges(client, ada, django_assert_max_num_queries):
    for number in range(5):
        badge = factories.badge(ada.expert, factories.skill(f"skill-{number}"))
        credentials.keep_up(badge, at=NOON)

    with django_assert_max_num_queries(2):
        client.get(reverse("experts:status-list", args=[0, "revocation"]))


# --- The verifier


def verify(client, **typed):
    return client.post(reverse("experts:verify"), typed)


def test_a_stranger_verifies_a_pasted_credential(client, badge):
    token = token_of(badge)
    broken = "\n".join(token[at : at + 76] for at in range(0, len(token), 76))

    answer = text(verify(client, credential=broken, holder="ada@attest.example"))

    assert "This badge is real and counts today" in answer
    assert "Issued to Ada Okonkwo" in answer
    assert "issued to the person who had this address" in answer


@pytest.mark.parametrize("name", ["badge.svg", "badge.jwt", "enveloped.json"])
def test_a_file_is_as_good_as_a_paste(client, badge, name):
    token = token_of(badge)
    content = {
        "badge.svg": client.get(
            reverse("experts:credential-picture", args=[badge.public_id])
        ).content,
        "badge.jwt": token.encode(),
        "enveloped.json": json.dumps(carriers.enveloped(token)).encode(),
    }[name]
    file = io.BytesIO(content)
    file.name = name

    assert "This badge is real" in text(verify(client, file=file))


def test_the_wrong_person_is_told_apart(client, badge):
    answer = text(verify(client, credential=token_of(badge), holder="mallory@attest.example"))

    assert "This badge does not verify" in answer
    assert "not issued to the person with this address" in answer


GARBAGE = [
    "hello",
    "a.b.c",
    "ey" * 500,
    "{",
    "[" * 30_000,
    '{"id":' * 5_000,
    '{"id": 7}',
    "<svg>",
    "<svg><openbadges:credential verify='x'/></svg>",
    '<openbadges:credential verify="a"><openbadges:credential verify="b">',
    "\ufeff.\u202e.\u0000",
    "e30.e30." + "A" * 86,
    ".".join(["eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6IngifQ", "W10", "A" * 86]),
    ".".join(["eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6IlxcdWQ4MDAifQ", "e30", "A" * 86]),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_in_words(client, db, garbage):
    answer = verify(client, credential=garbage)
    assert answer.status_code in {200, 422}
    assert "real and counts" not in text(answer)

    file = io.BytesIO(garbage.encode(errors="replace") + b"\xff\xfe\x00")
    file.name = "x.jwt"
    answer = verify(client, file=file)
    assert answer.status_code == 200
    assert "This badge does not verify" in text(answer)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"credential": "x" * 65_537},
        {"credential": "x", "holder": "a" * 255},
        {"credential": "x", "holder": "a\x00b"},
        {"file": "not a file"},
    ],
)
def test_what_cannot_be_checked_is_said(client, db, typed):
    assert verify(client, **typed).status_code == 422


def test_a_file_that_is_too_large_is_not_read(client, db):
    file = io.BytesIO(b"x" * 262_145)
    file.name = "x.jwt"

    assert verify(client, file=file).status_code == 422


# --- The same for machines


def test_the_api_gives_the_credential_and_checks_it(client, badge, monkeypatch):
    monkeypatch.setattr("experts.api.experts.now", lambda: NOON)
    given = client.get(f"/api/v1/badges/{badge.public_id}/credential/").json()
    assert given["number"] == badge.number

    answer = client.post(
        "/api/v1/verify/",
        {"credential": given["jwt"], "holder": "ada@attest.example"},
        content_type="application/json",
    ).json()

    assert answer["is_verified"] is True
    assert {step["outcome"] for step in answer["steps"]} == {"passed"}
    assert answer["claims"] == given["claims"]


def test_the_api_repeats_nothing_that_we_did_not_sign(client, badge):
    forged = token_of(badge)[:-20] + "A" * 20

    answer = client.post(
        "/api/v1/verify/", {"credential": forged}, content_type="application/json"
    ).json()

    assert answer["is_verified"] is False
    assert answer["claims"] == {}


@pytest.mark.parametrize("sent", [{}, {"credential": 7.5}, {"credential": "a\x00"}, [], "x", None])
def test_the_api_refuses_what_is_no_question(client, db, sent):
    answer = client.post("/api/v1/verify/", json.dumps(sent), content_type="application/json")

    assert answer.status_code in {200, 400}
    assert b'"is_verified":true' not in answer.content


# --- A stolen key


def test_what_a_stolen_key_signed_counts_no_more_and_is_issued_anew(badge, settings):
    stolen = token_of(badge)
    settings.CREDENTIAL_KEYS = {"new": bytes(range(32))} | settings.CREDENTIAL_KEYS

    call_command("distrust_key", "development")

    at_noon = credentials.Published(at=NOON)
    assert not verification.examine(stolen, at_noon, at=NOON).is_signed
    assert verification.examine(token_of(badge), at_noon, at=NOON).is_signed
    assert jws.read(token_of(badge)).kid.endswith("#new")


@pytest.mark.parametrize("kid", ["development", "never-used"])
def test_a_key_in_use_or_unknown_is_not_distrusted(badge, kid):
    with pytest.raises(CommandError):
        call_command("distrust_key", kid)

    assert not SigningKey.objects.exclude(distrusted_at=None).exists()


# --- The certificate


def test_a_certificate_number_is_found_however_it_is_typed(client, badge):
    typed = badge.number.replace("0", "O").replace("1", "l").lower()

    answer = client.get(reverse("experts:verify"), {"number": f" {typed} "}, follow=True)

    assert answer.status_code == 200
    page = text(answer)
    assert badge.number in page
    assert "Ada Okonkwo" in page
    assert page.count("Passed") == 7


@pytest.mark.parametrize("number", ["x", "4H2K-9XQ2-M7TD", "%00", "../..", "é"])
def test_a_number_that_is_none_is_not_found(client, db, number):
    answer = client.get(reverse("experts:verify"), {"number": number}, follow=True)

    assert answer.status_code == 404


def test_a_certificate_tells_why_a_badge_was_taken_away(client, badge, rhea):
    badges.revoke(badge, reason="The repository is not theirs.", by=rhea, at=NOON)

    page = text(client.get(reverse("experts:certificate", args=[badge.number])))

    assert "The repository is not theirs." in page
    assert "The issuer has revoked it" in page


def test_a_badge_without_a_credential_yet_still_has_its_pages(client, ada):
    badge = ada.expert.badges.get()

    for name in ("badge", "embed"):
        assert client.get(reverse(f"experts:{name}", args=[badge.public_id])).status_code == 200
    assert client.get(reverse("experts:certificate", args=[badge.number])).status_code == 200
    for name in ("credential-jwt", "credential-json", "credential-picture"):
        assert client.get(reverse(f"experts:{name}", args=[badge.public_id])).status_code == 404
