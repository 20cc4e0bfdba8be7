"""Quarantine: with a scanner named, nobody reads a file before the scanner calls it clean."""

import socketserver
import struct
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import Notification
from experts import tasklist
from experts.models import Evidence, Upload
from experts.services import evidence, uploads
from tests.conftest import NOON
from tests.drills_vetting import hostile_files
from tests.state_table import moves_only_as_its_table_says, table

LATER = NOON + uploads.RETRY_AFTER


class Clamd(socketserver.ThreadingTCPServer):
    """A scanner that speaks clamd's INSTREAM and knows one signature, or says what it is told.

    It is shut down, not only closed: a thread that still waits in `accept` would wait on whatever
    socket gets the number of the closed one.
    """

    daemon_threads = True

    def __init__(self, says: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.says = says
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    """One file and what the scanner says of it."""

    server: Clamd

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        found = b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0"
        self.wfile.write(self.server.says or found)


@pytest.fixture
def scanner(settings):
    """Start a scanner and name it; `scanner(says)` starts one that always says the same."""
    started = []

    def scanner(says: bytes = b"") -> Clamd:
        started.append(Clamd(says))
        settings.MALWARE_SCANNER = f"tcp://127.0.0.1:{started[-1].port}"
        return started[-1]

    yield scanner
    for each in started:
        each.stop()


@pytest.fixture
def added(draft, artefact, upload):
    """Add a file to Grace's draft."""

    def added(content: bytes = b"A report.", name: str = "report.md") -> Evidence:
        shown = artefact(kind="write_up", url="", file=upload(name, content))
        return evidence.add(draft, artefact=shown, by=draft.expert.user, at=NOON)

    return added


def status_of(piece: Evidence) -> str:
    return Upload.objects.get(evidence=piece).status


def file_of(piece: Evidence, client) -> int:
    client.force_login(piece.application.expert.user)
    return client.get(f"/evidence/{piece.public_id}/file/").status_code


def test_the_table_of_uploads():
    assert table(Upload) == {
        "quarantine": ({"received"}, "quarantined"),
        "clear": ({"quarantined"}, "clean"),
        "refuse": ({"quarantined"}, "refused"),
        "discard": ({"quarantined", "clean", "refused"}, "discarded"),
    }


def test_uploads_move_along_it(added):
    moves_only_as_its_table_says(added().upload)


def test_without_a_scanner_the_inspection_decides(added, client):
    piece = added()

    assert status_of(piece) == "clean"
    assert file_of(piece, client) == 200


def test_a_clean_file_is_let_out(added, scanner, client):
    scanner()
    piece = added()
    assert (status_of(piece), file_of(piece, client)) == ("quarantined", 404)

    uploads.scan_due(at=NOON)

    assert (status_of(piece), file_of(piece, client)) == ("clean", 200)


def test_a_finding_deletes_the_file_and_is_told(
    added, scanner, client, settings, django_capture_on_commit_callbacks
):
    scanner()
    piece = added(b"A report.\n" * 200 + hostile_files.EICAR)

    with django_capture_on_commit_callbacks(execute=True):
        uploads.scan_due(at=NOON)

    assert (status_of(piece), file_of(piece, client)) == ("refused", 404)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Upload.objects.get(evidence=piece).signature == "Eicar"
    assert Notification.objects.filter(user=piece.application.expert.user).count() == 1
    missing = [line for task in tasklist.tasks_of(piece.application) for line in task.missing]
    assert any("the scanner refused it" in line for line in missing)


@pytest.mark.parametrize(
    "says",
    [b"stream: INSTREAM size limit exceeded. ERROR\0", b"OK\0", b"\0", b"stream: OK maybe\0"],
)
def test_every_other_answer_leaves_it_in(added, scanner, client, says):
    scanner(says)
    piece = added()

    uploads.scan_due(at=NOON)

    assert (status_of(piece), file_of(piece, client)) == ("quarantined", 404)


def test_a_scanner_that_is_down_holds_up_nobody_and_is_asked_again(added, scanner, settings):
    settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
    piece = added()
    uploads.scan_due(at=NOON)
    assert status_of(piece) == "quarantined"

    scanner()
    assert uploads.scan_due(at=NOON + timedelta(minutes=1)) == 0
    assert uploads.scan_due(at=LATER) == 1

    assert status_of(piece) == "clean"


def test_a_socket_of_this_machine_will_do(added, settings, tmp_path):
    path = str(tmp_path / "clamd")
    settings.MALWARE_SCANNER = f"unix://{path}"
    piece = added()

    uploads.scan_due(at=NOON)  # nobody listens

    assert status_of(piece) == "quarantined"


def test_a_file_from_before_the_inspection_is_inspected_then(added, settings):
    piece = added(hostile_files.tagged_pictures()[0][1], "photo.jpg")
    row = piece.upload
    path = Path(settings.MEDIA_ROOT) / str(row.file.name)
    path.write_bytes(hostile_files.tagged_pictures()[0][1])
    Upload.objects.filter(pk=row.pk).update(status="quarantined", sha256="", size=0)

    uploads.scan_due(at=NOON)

    row.refresh_from_db()
    assert (row.status, len(row.sha256)) == ("clean", 64)
    assert b"Canary" not in row.file.read()


def test_what_is_hostile_from_before_is_refused_then(added, settings):
    row = added().upload
    (Path(settings.MEDIA_ROOT) / str(row.file.name)).write_bytes(hostile_files.PAGE)
    Upload.objects.filter(pk=row.pk).update(status="quarantined", sha256="", size=0)

    uploads.scan_due(at=NOON)

    row.refresh_from_db()
    assert row.status == "refused"
