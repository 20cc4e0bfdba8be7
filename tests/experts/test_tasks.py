"""The five tasks: what is missing, what is kept while one types, and input that makes no sense."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from experts import tasklist
from experts.models import Application, Delivery, Evidence, TaskDraft
from experts.services import evidence, reviews, vetting
from experts.services.evidence import (
    NeedsOneSource,
    NotAnIssuer,
    ProofRefused,
    SourceMissing,
)
from experts.services.vetting import ApplicationIsIncomplete
from tests import factories
from tests.conftest import NOON

HTMX = {"HX-Request": "true"}
EVIDENCE = {
    "kind": "repository",
    "title": "Retrieval service",
    "url": "https://code.attest.example/3",
    "claim": "Mine.",
    "own_share": "90",
}


@pytest.fixture
def browser(client, draft):
    """Grace, signed in."""
    client.force_login(draft.expert.user)
    return client


@pytest.fixture
def at(draft):
    """Where her draft is."""
    return f"/applications/{draft.public_id}/"


def states(application):
    return {task.key: task.is_done for task in tasklist.tasks_of(application)}


def test_a_complete_draft_lacks_nothing_but_what_is_optional(draft):
    assert states(draft) == {
        "claim": True,
        "evidence": True,
        "authorship": True,
        "confidentiality": True,
        "sessions": False,
    }
    assert not [line for task in tasklist.tasks_of(draft) for line in task.missing]


@pytest.mark.parametrize(
    ("field", "key", "says"),
    [("proof", "authorship", "how we can tell"), ("shown", "confidentiality", "what strangers")],
)
def test_the_service_refuses_with_the_words_of_the_page(draft, browser, at, field, key, says):
    draft.evidence.update(**{field: ""})

    page = browser.get(at).content.decode()
    with pytest.raises(ApplicationIsIncomplete, match=says):
        vetting.submit(draft, by=draft.expert.user, at=NOON)

    assert says in page
    assert not states(draft)[key]


@pytest.mark.parametrize(
    ("parts", "keys"),
    [
        (["claim"], {"claim"}),
        (["own_share", "method"], {"evidence"}),
        (["reference", "claim"], {"authorship", "claim"}),
    ],
)
def test_a_note_of_the_reviewer_is_pinned_to_its_tasks(case, rhea, judged, parts, keys):
    asked = judged(case, message="Add the method.", parts=parts)
    reviews.ask_for_changes(case, judgement=asked, by=rhea, at=NOON)
    case.refresh_from_db()

    notes = {task.key for task in tasklist.tasks_of(case) if task.note == "Add the method."}
    assert notes == keys


def test_a_secret_is_told_before_submitting_and_does_not_hold_it_up(draft, browser, at):
    Application.objects.filter(pk=draft.pk).update(claim="key AKIAIOSFODNN7EXAMPLE")

    page = browser.get(at).content.decode()

    assert "an AWS access key in the claim: AKIAIO…LE" in page
    assert browser.post(f"{at}submit/").status_code == 302


# --- Saving while one types


def test_what_makes_sense_is_saved_while_typing(draft, browser, at):
    answer = browser.post(f"{at}claim/", {"claim": "I led it."}, headers=HTMX)

    draft.refresh_from_db()
    assert draft.claim == "I led it."
    assert "Saved" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_what_does_not_is_kept_as_typed(draft, browser, at):
    answer = browser.post(f"{at}claim/", {"claim": "x" * 601}, headers=HTMX)

    draft.refresh_from_db()
    assert draft.claim == "I built it and measured it."
    assert "not complete yet" in answer.content.decode()
    assert "x" * 601 in browser.get(f"{at}claim/").content.decode()


def test_evidence_is_added_by_its_button_alone_and_restored_before(draft, browser, at):
    browser.post(f"{at}evidence/", EVIDENCE, headers=HTMX)
    assert draft.evidence.count() == 2
    assert "Retrieval service" in browser.get(f"{at}evidence/?kind=repository").content.decode()

    browser.post(f"{at}evidence/", EVIDENCE)

    assert draft.evidence.count() == 3
    assert not TaskDraft.objects.exists()


@pytest.mark.parametrize("who", ["mallory", "rhea", "ada"])
def test_nobody_types_for_another(draft, client, request, at, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(f"{at}claim/", {"claim": "x"}, headers=HTMX).status_code == 404

    assert not TaskDraft.objects.exists()


def test_nothing_is_kept_once_it_is_submitted(submitted, client):
    client.force_login(submitted.expert.user)
    at = f"/applications/{submitted.public_id}/evidence/"

    assert client.post(at, EVIDENCE, headers=HTMX).status_code == 403
    assert not TaskDraft.objects.exists()


# --- Sources


def test_a_certificate_counts_at_its_issuer_alone(draft, artefact):
    for url in (
        "https://evil.example/credly.com",
        "http://www.credly.com/badges/1",
        "https://www.credly.com.evil.example/badges/1",
        "https://www.credly.com:8443/badges/1",
    ):
        with pytest.raises(NotAnIssuer):
            evidence.add(
                draft,
                artefact=artefact(kind="external_certificate", url=url),
                by=draft.expert.user,
                at=NOON,
            )

    fine = artefact(kind="external_certificate", url="https://www.credly.com/badges/1")
    assert evidence.add(draft, artefact=fine, by=draft.expert.user, at=NOON).pk


def test_a_copy_of_a_certificate_is_not_taken(draft, artefact, upload):
    copy = artefact(kind="external_certificate", url="", file=upload())
    with pytest.raises(SourceMissing):
        evidence.add(draft, artefact=copy, by=draft.expert.user, at=NOON)


def test_only_ones_own_milestones_are_on_offer(draft, browser, at, ada):
    theirs = Delivery.objects.create(
        expert=ada.expert, source="mst_1", title="Theirs", client_name="Globex",
        released_on=NOON.date(), amount_band="from_1",
    )  # fmt: skip
    typed = EVIDENCE | {"kind": "confirmed_milestone", "delivery": theirs.source}

    assert "Theirs" not in browser.get(f"{at}evidence/?kind=confirmed_milestone").content.decode()
    assert browser.post(f"{at}evidence/", typed).status_code == 422
    assert draft.evidence.count() == 2


@pytest.mark.parametrize(
    ("proof", "url"),
    [
        ("commit", ""),
        ("commit", "https://code.attest.example/1"),
        ("commit", "https://code.attest.example/2/commit/4f9d0c1"),
        ("commit", "https://evil.example/1/commit/4f9d0c1"),
        ("commit", "https://code.attest.example/1/commit/4f9d0c1?x=1"),
        ("code", "https://evil.example/1/README.md"),
        ("code", "https://code.attest.example/10/README.md"),
        ("code", "https://code.attest.example/1/../2/README.md"),
    ],
)
def test_a_proof_lies_in_the_work_it_is_about(draft, proof, url):
    piece = draft.evidence.first()
    with pytest.raises(ProofRefused):
        evidence.prove(piece, proof=proof, proof_url=url, by=draft.expert.user)


def test_the_raw_files_of_a_code_host_are_part_of_the_project(draft):
    piece = draft.evidence.first()
    Evidence.objects.filter(pk=piece.pk).update(url="https://github.com/grace/rag.git")
    piece.refresh_from_db()
    raw = "https://raw.githubusercontent.com/grace/rag/main/ATTEST.md"

    assert evidence.prove(piece, proof="code", proof_url=raw, by=draft.expert.user).proof_url == raw


def test_a_file_alone_proves_nothing(draft, artefact, upload):
    piece = evidence.add(
        draft,
        artefact=artefact(kind="write_up", url="", file=upload()),
        by=draft.expert.user,
        at=NOON,
    )
    with pytest.raises(ProofRefused):
        evidence.prove(piece, proof="code", proof_url="", by=draft.expert.user)


def test_a_kind_without_files_takes_none(draft, artefact, upload):
    with pytest.raises(SourceMissing):
        evidence.add(
            draft,
            artefact=artefact(kind="live_demo", url="", file=upload()),
            by=draft.expert.user,
            at=NOON,
        )
    with pytest.raises(NeedsOneSource):
        evidence.add(
            draft,
            artefact=artefact(file=upload()),
            by=draft.expert.user,
            at=NOON,
        )


# --- Input that makes no sense


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"kind": "badge"},
        {"kind": "repository"},
        EVIDENCE | {"kind": "re\x00pository"},
        EVIDENCE | {"title": "x" * 121},
        EVIDENCE | {"title": "nul\x00"},
        EVIDENCE | {"claim": "x" * 401},
        EVIDENCE | {"own_share": "0"},
        EVIDENCE | {"own_share": "101"},
        EVIDENCE | {"own_share": "most"},
        EVIDENCE | {"own_share": "9" * 400},
        EVIDENCE | {"made_on": "yesterday"},
        EVIDENCE | {"made_on": "9999-12-31"},
        EVIDENCE | {"url": "javascript:alert(1)"},
        EVIDENCE | {"url": "https://" + "x" * 500 + ".example"},
        EVIDENCE | {"kind": "client_reference", "url": "", "referee_email": "no address"},
        EVIDENCE | {"kind": "confirmed_milestone", "delivery": "mst_'; --"},
    ],
)
def test_evidence_that_makes_no_sense_is_asked_again(draft, browser, at, typed):
    assert browser.post(f"{at}evidence/", typed).status_code == 422
    assert draft.evidence.count() == 2


def test_a_file_where_text_belongs_and_the_reverse(draft, browser, at):
    odd = EVIDENCE | {"title": SimpleUploadedFile("a.txt", b"x"), "url": "", "file": "text"}

    assert browser.post(f"{at}evidence/", odd).status_code == 422


@pytest.mark.parametrize(
    ("task", "typed"),
    [
        ("confidentiality", {}),
        ("confidentiality", {"evd_000000000000": "everything"}),
        ("sessions", {"first": "soon"}),
        ("sessions", {"first": "2030-13-45T99:99"}),
        ("sessions", {"first": "nul\x00"}),
        ("sessions", {"first": "2020-01-01T10:00"}),
    ],
)
def test_the_other_tasks_ask_again_too(draft, browser, at, task, typed):
    assert browser.post(f"{at}{task}/", typed).status_code == 422


@pytest.mark.parametrize(
    ("proof", "url"), [("seal", ""), ("code", "no link"), ("commit", ""), ("code\x00", "")]
)
def test_a_proof_that_makes_no_sense_is_asked_again(draft, browser, at, proof, url):
    name = draft.evidence.first().public_id
    typed = {f"{name}-proof": proof, f"{name}-proof_url": url}

    assert browser.post(f"{at}authorship/", typed).status_code == 422

    assert draft.evidence.first().proof == "code"


def test_anothers_piece_is_not_disclosed_by_its_id(draft, browser, at, ada):
    other = factories.application(ada.expert, factories.skill("evals"))
    theirs = other.evidence.first()
    typed = {piece.public_id: "nothing" for piece in draft.evidence.all()}

    browser.post(f"{at}confidentiality/", typed | {theirs.public_id: "nothing"})

    theirs.refresh_from_db()
    assert theirs.shown == "everything"
    assert set(draft.evidence.values_list("shown", flat=True)) == {"nothing"}


@pytest.mark.parametrize("task", ["claim", "authorship", "confidentiality", "sessions"])
def test_a_stale_form_is_refused_once_it_is_submitted(submitted, client, task):
    client.force_login(submitted.expert.user)
    typed = {piece.public_id: "nothing" for piece in submitted.evidence.all()} | {"claim": "New."}

    answer = client.post(f"/applications/{submitted.public_id}/{task}/", typed)

    assert answer.status_code == 422
    submitted.refresh_from_db()
    assert submitted.claim == "I built it and measured it."
    assert set(submitted.evidence.values_list("shown", flat=True)) == {"everything"}


@pytest.mark.parametrize("task", ["authorship", "confidentiality", "sessions"])
def test_a_task_of_another_does_not_exist(draft, client, mallory, task):
    client.force_login(mallory)
    at = f"/applications/{draft.public_id}/{task}/"

    assert (client.get(at).status_code, client.post(at, {}).status_code) == (404, 404)
