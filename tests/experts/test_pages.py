"""The pages: who sees them, what they say, and what they do with input that makes no sense."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from experts.models import Application, Badge, Evidence, Expert
from experts.services import evidence, reviews, seats, vetting
from tests import factories
from tests.conftest import NOON
from tests.experts.conftest import PNG
from tests.experts.test_record_work import record

PROFILE = {
    "name": "Mallory Kane",
    "headline": "Evals you can trust",
    "overview": "I measure before I build.",
    "place": "Accra",
    "country": "GH",
    "time_zone": "Africa/Accra",
    "languages": "English, French",
    "rate": "1,200.50",
    "hours_per_week": "25",
    "available_on": "",
    "is_open": "on",
}
EVIDENCE = {
    "kind": "repository",
    "title": "Retrieval service",
    "url": "https://code.attest.example/3",
    "claim": "Mine.",
    "own_share": "90",
}


@pytest.fixture
def signed_in(client):
    """Sign a person in and return their browser."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


# --- Public pages


def test_a_vetted_profile_is_public(client, ada):
    page = client.get("/experts/ada-okonkwo/")

    assert page.status_code == 200
    for said in ("Ada Okonkwo", "Rag", "Led it in production", "Repository 1", "$145"):
        assert said in page.content.decode()


def test_a_public_profile_describes_itself_to_machines(client, grace, ada, signed_in):
    page = client.get(f"/experts/{ada.expert.slug}/").text
    (data,) = re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)
    person = json.loads(data)["mainEntity"]

    assert (person["@type"], person["name"]) == ("Person", ada.expert.name)
    assert [each["name"] for each in person["hasCredential"]] == ["Rag"]
    signed_in(grace.user)
    assert "ld+json" not in client.get(f"/experts/{grace.slug}/").text


def test_a_profile_without_a_badge_is_its_owners_only(client, grace, mallory, signed_in):
    assert client.get("/experts/grace-mensah/").status_code == 404
    assert signed_in(mallory).get("/experts/grace-mensah/").status_code == 404

    own = signed_in(grace.user).get("/experts/grace-mensah/")

    assert own.status_code == 200
    assert "Only you can see this page" in own.content.decode()


def test_work_clients_spoke_about_is_on_the_profile(client, ada):
    record(ada.expert)

    page = client.get("/experts/ada-okonkwo/").content.decode()

    for said in ("Evals for claims", "Measured first.", "$5k to $20k", "5.00"):
        assert said in page


def test_claimed_skills_stand_apart_from_badges(client, ada):
    python = factories.skill("python", is_badgeable=False)
    ada.expert.claimed_skills.create(skill=python)
    ada.expert.claimed_skills.create(skill=factories.skill("rag"))

    page = client.get("/experts/ada-okonkwo/").content.decode()

    apart = page[page.index("Also works with") :]
    assert "Python" in apart
    assert "Rag" not in apart[: apart.index("</section>")]


def test_a_lapsed_badge_says_so_and_hides_its_evidence(client, ada):
    badge = Badge.objects.get()
    Badge.objects.update(status="lapsed")

    page = client.get(f"/badges/{badge.public_id}/").content.decode()

    assert "This badge lapsed" in page
    assert "Repository 1" not in page


NULS = [
    "/profile/badges/apply/?skill=%00",
    "/verify/?number=%00",
    "/experts/?q=%00&skill=%00&page=%00",
    "/api/v1/experts/?skill=%00",
    "/admin/vetting/?view=%00&after=%00",
    "/admin/vetting/badges/?q=%00",
    "/admin/vetting/trail.csv?case=%00",
]


@pytest.mark.parametrize("address", NULS)
def test_a_byte_no_database_keeps_breaks_no_page(client, rhea, address):
    factories.expert(rhea)
    client.force_login(rhea)

    assert client.get(address).status_code < 500


def test_what_we_vet_is_public(client, ada):
    assert "Rag" in client.get("/skills/").content.decode()
    page = client.get("/skills/rag/").content.decode()
    for said in ("outcome scores 5", "needs a mean of 2.0".capitalize(), "1 holder"):
        assert said in page


def test_a_skill_we_do_not_vet_has_no_page(client, db):
    factories.skill("python", is_badgeable=False)

    assert client.get("/skills/python/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "skill=nonsense&level=9",
        "level=abc&rate_min=abc&rate_max=-5",
        "rate_min=99999999999999999999",
        "hours=0&language=xx&country=zz",
        "page=0&sort=drop",
        "page=99999999999999999999999",
    ],
)
def test_a_search_that_makes_no_sense_still_answers(client, ada, query):
    assert client.get(f"/experts/?{query}").status_code == 200


def test_htmx_gets_the_part_and_others_the_page(client, ada):
    part = client.get("/experts/", headers={"HX-Request": "true"})
    page = client.get("/experts/")

    assert part.content.strip().startswith(b'<div id="directory"')
    assert b"<!doctype html>" in page.content
    assert "HX-Request" in page["Vary"]


# --- One's own pages


@pytest.mark.parametrize(
    "path",
    ["/profile/", "/profile/badges/", "/profile/badges/apply/", "/applications/app_000000000000/"],
)
def test_a_stranger_is_asked_to_sign_in(client, db, path):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_without_a_profile_one_is_led_to_open_one(mallory, signed_in):
    assert signed_in(mallory).get("/profile/badges/apply/").headers["Location"] == "/profile/"


def test_opening_a_profile(mallory, signed_in):
    response = signed_in(mallory).post("/profile/", PROFILE)

    assert response.status_code == 302
    expert = Expert.objects.get(user=mallory)
    assert (expert.slug, expert.rate_minor, expert.languages) == (
        "mallory-kane",
        1_200_50,
        ["en", "fr"],
    )


def test_editing_a_profile_shows_what_is_there_and_saves_what_changes(grace, signed_in):
    browser = signed_in(grace.user)
    assert "Retrieval that cites or stays silent" in browser.get("/profile/").content.decode()

    assert browser.post("/profile/", PROFILE).status_code == 302

    grace.refresh_from_db()
    assert (grace.headline, grace.slug) == ("Evals you can trust", "grace-mensah")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("headline", "x" * 121),
        ("overview", "x" * 4001),
        ("overview", "null\x00byte"),
        ("country", "ZZ"),
        ("time_zone", "Mars/Olympus"),
        ("languages", "Klingon"),
        ("languages", ", ,"),
        ("rate", "0"),
        ("rate", "-5"),
        ("rate", "99999999999999"),
        ("rate", "a lot"),
        ("hours_per_week", "0"),
        ("hours_per_week", "61"),
        ("hours_per_week", "1e9"),
        ("available_on", "soon"),
        ("skills", "nonsense"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    mallory, signed_in, field, typed
):
    response = signed_in(mallory).post("/profile/", PROFILE | {field: typed})

    assert response.status_code == 422
    assert not Expert.objects.filter(user=mallory).exists()
    if field != "headline":
        assert "Evals you can trust" in response.content.decode()


def test_applying_describing_showing_and_submitting(grace, signed_in):
    factories.skill("evals")
    browser = signed_in(grace.user)

    at = browser.post("/profile/badges/apply/", {"skill": "evals", "level": "2"}).headers[
        "Location"
    ]
    assert "Still missing" in browser.get(at).content.decode()
    browser.post(f"{at}claim/", {"claim": "I led it."})
    for _ in range(2):
        assert browser.post(f"{at}evidence/", EVIDENCE).status_code == 302
    first, second = (piece.public_id for piece in Evidence.objects.order_by("pk"))
    proof = {f"{first}-proof": "code"}
    assert browser.post(f"{at}authorship/", proof).status_code == 302
    shown = {first: "everything", second: "title"}
    assert browser.post(f"{at}confidentiality/", shown).status_code == 302
    assert browser.post(f"{at}submit/").status_code == 302

    application = Application.objects.get()
    assert (application.status, application.claim) == ("submitted", "I led it.")
    assert "You are number 1 in line" in browser.get(at).content.decode()


def test_submitting_too_early_says_what_is_missing(grace, signed_in):
    application = factories.application(grace, factories.skill("evals"), claim="")

    response = signed_in(grace.user).post(f"/applications/{application.public_id}/submit/")

    assert response.status_code == 409
    assert "Write your claim" in response.content.decode()
    application.refresh_from_db()
    assert application.status == "draft"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("skill", "nonsense"), ("skill", ""), ("level", "4"), ("level", "0"), ("level", "x")],
)
def test_an_application_that_makes_no_sense_is_refused(grace, signed_in, field, typed):
    factories.skill("evals")

    response = signed_in(grace.user).post(
        "/profile/badges/apply/", {"skill": "evals", "level": "2"} | {field: typed}
    )

    assert response.status_code == 422
    assert not Application.objects.exists()


def test_applying_for_what_is_proven_says_so(ada, signed_in):
    response = signed_in(ada).post("/profile/badges/apply/", {"skill": "rag", "level": "3"})

    assert response.status_code == 422
    assert "already proven" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", "bribe"),
        ("title", ""),
        ("url", "javascript:alert(1)"),
        ("url", ""),
        ("claim", "x" * 401),
        ("own_share", "0"),
        ("own_share", "101"),
        ("own_share", "most"),
        ("title", "null\x00byte"),
    ],
)
def test_evidence_that_makes_no_sense_is_refused(draft, signed_in, field, typed):
    browser = signed_in(draft.expert.user)

    response = browser.post(f"/applications/{draft.public_id}/evidence/", EVIDENCE | {field: typed})

    assert response.status_code == 422
    assert draft.evidence.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"", "The file is empty"),
        ("a.png", PNG + b"\x00" * 20 * 1_048_576, "larger than 20 MB"),
        ("a.exe", b"MZ", "Upload a PDF"),
        ("a.pdf", b"MZ", "not what its name says"),
    ],
    ids=["empty", "20 MB", "type", "signature"],
)
def test_a_bad_file_is_refused_beside_its_field(draft, signed_in, name, content, says):
    response = signed_in(draft.expert.user).post(
        f"/applications/{draft.public_id}/evidence/",
        EVIDENCE | {"url": "", "file": SimpleUploadedFile(name, content)},
    )

    assert response.status_code == 422
    assert says in response.content.decode()
    assert draft.evidence.count() == 2


def test_changing_and_removing_evidence(draft, signed_in):
    browser, piece = signed_in(draft.expert.user), draft.evidence.first()
    assert "Repository 1" in browser.get(f"/evidence/{piece.public_id}/").content.decode()

    browser.post(f"/evidence/{piece.public_id}/", EVIDENCE | {"title": "Renamed"})
    piece.refresh_from_db()
    assert piece.title == "Renamed"

    browser.post(f"/evidence/{piece.public_id}/remove/")
    assert draft.evidence.count() == 1


def test_withdrawing_asks_first(submitted, signed_in):
    browser, at = signed_in(submitted.expert.user), f"/applications/{submitted.public_id}/withdraw/"

    assert browser.get(at).status_code == 200
    submitted.refresh_from_db()
    assert submitted.status == "submitted"

    browser.post(at)
    submitted.refresh_from_db()
    assert submitted.status == "withdrawn"


def test_a_decision_is_read_with_its_scores_and_without_the_internal_note(
    case, rhea, judged, signed_in
):
    reviews.reject(case, judgement=judged(case, 1), by=rhea, at=NOON)

    page = signed_in(case.expert.user).get(f"/applications/{case.public_id}/").content.decode()

    for said in ("Clear and measured.", "One result from real use.", "1/5", "Seen."):
        assert said in page
    assert "Between us." not in page
    assert "Rhea" not in page


@pytest.mark.parametrize("verb", ["", "claim/", "evidence/", "submit/", "withdraw/"])
def test_the_application_of_another_does_not_exist(draft, mallory, ada, rhea, signed_in, verb):
    at = f"/applications/{draft.public_id}/{verb}"
    for other in (mallory, ada, rhea):
        browser = signed_in(other)
        assert browser.get(at, follow=True).status_code == 404
        assert browser.post(at, {"claim": "x"}).status_code in {404, 405}
    draft.refresh_from_db()
    assert (draft.status, draft.claim) == ("draft", "I built it and measured it.")


@pytest.mark.parametrize("verb", ["claim/", "evidence/", "submit/", "withdraw/"])
def test_a_reviewer_reads_but_does_not_write(submitted, rhea, signed_in, verb):
    browser = signed_in(rhea)
    assert browser.get(f"/applications/{submitted.public_id}/").status_code == 200

    body = EVIDENCE | {"claim": "Changed."}
    response = browser.post(f"/applications/{submitted.public_id}/{verb}", body)

    assert response.status_code == 403
    submitted.refresh_from_db()
    assert (submitted.status, submitted.evidence.count()) == ("submitted", 2)


# --- Files


@pytest.fixture
def piece(draft, artefact, upload):
    """A confidential file among Grace's evidence."""
    shown = artefact(kind="write_up", url="", file=upload("report.png"))
    row = evidence.add(draft, artefact=shown, by=draft.expert.user, at=NOON)
    evidence.disclose(draft, shown={row: "nothing"}, by=draft.expert.user)
    return row


def test_a_file_is_a_locked_download(piece, signed_in):
    response = signed_in(piece.application.expert.user).get(f"/evidence/{piece.public_id}/file/")

    assert b"".join(response) == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'attachment; filename="report.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_others_cannot_have_it(piece, client, mallory, ada, rhea, signed_in):
    at = f"/evidence/{piece.public_id}/file/"
    assert client.get(at).status_code == 404
    for other in (mallory, ada, rhea):
        assert signed_in(other).get(at).status_code == 404


def test_a_reviewer_has_it_once_it_is_submitted(piece, rhea, signed_in):
    vetting.submit(piece.application, by=piece.application.expert.user, at=NOON)

    assert signed_in(rhea).get(f"/evidence/{piece.public_id}/file/").status_code == 200


@pytest.mark.parametrize(
    ("shown", "answer"), [("everything", 200), ("title", 404), ("nothing", 404)]
)
def test_everyone_has_public_evidence_of_a_valid_badge(piece, client, rhea, judged, shown, answer):
    Evidence.objects.filter(pk=piece.pk).update(shown=shown)
    application = vetting.submit(piece.application, by=piece.application.expert.user, at=NOON)
    seats.claim(application, by=rhea, at=NOON)
    reviews.grant(application, level=2, judgement=judged(application), by=rhea, at=NOON)

    assert client.get(f"/evidence/{piece.public_id}/file/").status_code == answer


def test_a_link_has_no_file(draft, signed_in):
    link = draft.evidence.first()

    assert signed_in(draft.expert.user).get(f"/evidence/{link.public_id}/file/").status_code == 404


def test_no_address_serves_the_folder(piece, client):
    assert client.get(f"/media/{piece.upload.file.name}").status_code == 404
    assert client.get(f"/static/{piece.upload.file.name}").status_code == 404
