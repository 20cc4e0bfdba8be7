"""Showing evidence: two to five pieces, each a link or a file that is what its name says."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application, Evidence
from experts.services import evidence
from experts.services.evidence import (
    EvidenceIsClosed,
    LinkRefused,
    NeedsOneSource,
    TooMuchEvidence,
)
from marketplace.kit.files import FileRefused
from tests.conftest import NOON
from tests.drills_vetting import hostile_files
from tests.experts.conftest import PNG

CLOSED = ["submitted", "reviewing", "granted", "rejected", "withdrawn"]


def stored(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def add(draft, piece) -> Evidence:
    return evidence.add(draft, artefact=piece, by=draft.expert.user, at=NOON)


def test_a_link_is_added(draft, artefact):
    piece = add(draft, artefact())

    assert draft.evidence.last() == piece
    assert (piece.url, piece.upload) == ("https://code.attest.example/3", None)


def test_a_file_is_kept_under_a_name_nobody_can_guess(draft, artefact, upload, settings):
    piece = add(draft, artefact(url="", file=upload("my report.png")))

    assert piece.upload.name == "my report.png"
    assert "report" not in str(piece.upload.file.name)
    [path] = stored(settings)
    assert path.read_bytes() == PNG
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_sixth_piece_is_refused(draft, artefact):
    for _ in range(3):
        add(draft, artefact())

    with pytest.raises(TooMuchEvidence):
        add(draft, artefact())

    assert draft.evidence.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_fifth_pieces_at_once_are_one(at_once, draft, artefact):
    for _ in range(2):
        add(draft, artefact())

    outcomes = at_once(lambda: add(draft, artefact()), lambda: add(draft, artefact()))

    assert draft.evidence.count() == 5
    assert [type(outcome) for outcome in outcomes].count(TooMuchEvidence) == 1


@pytest.mark.parametrize("both", [True, False])
def test_it_is_a_link_or_a_file(draft, artefact, upload, both):
    url, file = ("https://a.example", upload()) if both else ("", None)

    with pytest.raises(NeedsOneSource):
        add(draft, artefact(url=url, file=file))

    assert draft.evidence.count() == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/x"])
def test_a_link_leads_to_the_web(draft, artefact, url):
    with pytest.raises(LinkRefused):
        add(draft, artefact(url=url))

    assert draft.evidence.count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", hostile_files.pdf()),
        ("a.png", PNG),
        ("a.JPG", hostile_files.jpeg()),
        ("a.md", "# Evals, naïve".encode()),
        ("a.txt", b"plain\r\ntext\n"),
        ("a.csv", b"case,score\n1,0.9\n"),
        ("a.json", b'{"faithfulness": 0.968}'),
    ],
)
def test_these_are_taken(draft, artefact, upload, name, content):
    assert add(draft, artefact(url="", file=upload(name, content))).upload.name == name


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"", "is empty"),
        ("a.exe", b"MZ\x90\x00", "Upload a PDF"),
        ("a.svg", b"<svg onload='alert(1)'/>", "Upload a PDF"),
        ("a.html", b"<script>alert(1)</script>", "Upload a PDF"),
        ("report", b"%PDF-1.7", "Upload a PDF"),
        ("a.pdf", b"MZ\x90\x00", "not what its name says"),
        ("a.png", b"<html>", "not what its name says"),
        ("a.txt", b"null\x00byte", "not what its name says"),
        ("a.csv", b"\xff\xfe1\x00", "not what its name says"),
        ("a.json", b"{'single': quotes}", "not what its name says"),
        ("a.json", b"[" * 100_000, "not what its name says"),
    ],
)
def test_these_are_refused_with_a_reason(draft, artefact, upload, settings, name, content, says):
    with pytest.raises(FileRefused, match=says):
        add(draft, artefact(url="", file=upload(name, content)))

    assert draft.evidence.count() == 2
    assert stored(settings) == []


def test_a_file_of_twenty_megabytes_is_refused(draft, artefact, upload, settings):
    with pytest.raises(FileRefused, match="larger than 20 MB"):
        add(draft, artefact(url="", file=upload("a.png", PNG + b"\x00" * 20 * 1_048_576)))

    assert stored(settings) == []


@pytest.mark.parametrize("name", ["a\x00.png", "a\n.png", "a\u202egnp.png"])
def test_a_name_that_cannot_be_shown_is_refused(draft, artefact, upload, name):
    file = upload()
    file._name = name

    with pytest.raises(FileRefused, match="Rename the file"):
        add(draft, artefact(url="", file=file))


def test_a_name_is_kept_without_its_folder_and_not_longer_than_the_column(draft, artefact, upload):
    file = upload()
    file._name = "../../" + "x" * 200 + ".png"

    piece = add(draft, artefact(url="", file=file))

    assert piece.upload.name == "x" * 116 + ".png"


def test_a_new_file_replaces_the_old_one(
    draft, artefact, upload, settings, django_capture_on_commit_callbacks
):
    piece = add(draft, artefact(url="", file=upload("old.png")))

    with django_capture_on_commit_callbacks(execute=True):
        new = artefact(url="", file=upload("new.txt", b"new"))
        evidence.edit(piece, artefact=new, by=draft.expert.user, at=NOON)

    assert piece.upload.name == "new.txt"
    assert [path.read_bytes() for path in stored(settings)] == [b"new"]


def test_without_a_new_source_the_old_one_stays(draft, artefact, upload):
    piece = add(draft, artefact(url="", file=upload("old.png")))

    evidence.edit(piece, artefact=artefact(url="", title="Renamed"), by=draft.expert.user, at=NOON)

    piece.refresh_from_db()
    assert (piece.title, piece.upload.name) == ("Renamed", "old.png")


def test_removing_takes_the_file_with_it(
    draft, artefact, upload, settings, django_capture_on_commit_callbacks
):
    piece = add(draft, artefact(url="", file=upload()))

    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(piece, by=draft.expert.user, at=NOON)

    assert draft.evidence.count() == 2
    assert stored(settings) == []


@pytest.mark.parametrize("status", CLOSED)
def test_it_is_closed_while_it_is_read_and_after(draft, artefact, status):
    Application.objects.filter(pk=draft.pk).update(status=status)
    piece, me = draft.evidence.first(), draft.expert.user

    for act in (
        lambda: evidence.add(draft, artefact=artefact(), by=me, at=NOON),
        lambda: evidence.edit(piece, artefact=artefact(title="New"), by=me, at=NOON),
        lambda: evidence.remove(piece, by=me, at=NOON),
    ):
        with pytest.raises(EvidenceIsClosed):
            act()

    assert [each.title for each in draft.evidence.all()] == ["Repository 1", "Repository 2"]


def test_nobody_changes_the_evidence_of_another(draft, artefact, mallory, rhea):
    piece = draft.evidence.first()

    for other in (mallory, rhea):
        for act in (
            lambda other=other: evidence.add(draft, artefact=artefact(), by=other, at=NOON),
            lambda other=other: evidence.edit(
                piece, artefact=artefact(title="New"), by=other, at=NOON
            ),
            lambda other=other: evidence.remove(piece, by=other, at=NOON),
        ):
            with pytest.raises(PermissionDenied):
                act()

    assert draft.evidence.count() == 2
