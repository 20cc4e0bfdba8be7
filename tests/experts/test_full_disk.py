"""A disk without room: whoever uploads is asked to come back, and neither row nor file is left."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from experts import tasks
from experts.models import Upload
from experts.services import uploads
from marketplace.kit import strays
from marketplace.kit.clock import now
from tests.small_disk import small_disk

ROOM = 64
LARGE, SMALL = b"a word " * 20_000, b"a word"


@pytest.fixture
def disk():
    with small_disk(ROOM) as folder:
        yield folder


@pytest.fixture
def sends(client, draft):
    """Send a file as evidence for Grace's application; return the answer."""
    client.force_login(draft.expert.user)
    client.raise_request_exception = False
    typed = {"kind": "write_up", "title": "Notes", "claim": "Mine.", "own_share": "90"}

    def send(content: bytes):
        file = SimpleUploadedFile("notes.txt", content)
        address = reverse("experts:add-evidence", args=[draft.public_id])
        return client.post(address, typed | {"file": file})

    return send


def files_in(folder) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_nothing_is_left_of_an_upload_to_a_full_disk(draft, sends, disk, settings):
    settings.MEDIA_ROOT = disk
    pieces = draft.evidence.count()

    answer = sends(LARGE)

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert not Upload.objects.exists()
    assert draft.evidence.count() == pieces
    uploads.sweep_strays(at=now() + strays.AGE + timedelta(minutes=1))
    assert files_in(disk) == []


def test_it_is_taken_once_there_is_room(draft, sends, disk, settings):
    settings.MEDIA_ROOT = disk
    filler = disk / "filler"
    filler.write_bytes(bytes(ROOM * 1024))
    assert sends(SMALL).status_code == 503

    filler.unlink()

    assert sends(SMALL).status_code == 302
    [row] = Upload.objects.all()
    assert row.file.read() == SMALL


def test_reading_goes_on(draft, client, sends, disk, settings):
    settings.MEDIA_ROOT = disk
    (disk / "filler").write_bytes(bytes(ROOM * 1024))

    assert client.get(reverse("experts:application", args=[draft.public_id])).status_code == 200


def test_a_file_whose_row_never_came_goes_after_a_day(sends, settings):
    sends(SMALL)
    [row] = Upload.objects.all()
    kept = Path(row.file.path)
    stray, fresh = kept.with_name("stray"), kept.with_name("fresh")
    long_ago = (now() - strays.AGE - timedelta(minutes=1)).timestamp()
    for path in (stray, fresh):
        path.write_bytes(SMALL)
    for path in (stray, kept):
        os.utime(path, (long_ago, long_ago))

    tasks.sweep_stray_uploads()

    assert sorted(files_in(settings.MEDIA_ROOT)) == sorted([kept, fresh])
