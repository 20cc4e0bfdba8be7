"""What people upload, in a folder and in a bucket: taken, handed out, deleted, swept, and away."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.services import exports
from contracts.services import disputes
from contracts.services.statements import Told
from experts import tasks
from experts.models import Upload
from experts.services import evidence, uploads
from jobs.services import messages
from marketplace.kit import strays
from marketplace.kit.clock import now
from marketplace.kit.money import Money
from marketplace.kit.storage import FilesAway, Folder
from tests import factories
from tests.conftest import NOON
from tests.local.processes import free_port

TYPED = {"kind": "write_up", "title": "Notes", "claim": "Mine.", "own_share": "90"}
WORDS = b"a word"
LATER = timedelta(minutes=1) + strays.AGE


@pytest.fixture
def send(client, draft):
    """Send a file as evidence for Grace's application; return the answer."""
    client.force_login(draft.expert.user)
    client.raise_request_exception = False

    def send(content: bytes = WORDS):
        file = SimpleUploadedFile("notes.txt", content)
        return client.post(
            reverse("experts:add-evidence", args=[draft.public_id]), TYPED | {"file": file}
        )

    return send


def there(name: str) -> bool:
    return default_storage.exists(name)


def test_it_is_handed_out_to_whom_it_is_for_by_our_own_page(files_lie, send, client, mallory):
    send()
    row = Upload.objects.get()
    address = reverse("experts:evidence-file", args=[row.evidence.public_id])

    answer = client.get(address)

    assert b"".join(answer.streaming_content) == WORDS
    assert answer["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert answer["Cache-Control"] == "private, no-store"
    client.force_login(mallory)
    assert client.get(address).status_code == 404


def test_it_goes_with_its_piece(files_lie, send, draft, django_capture_on_commit_callbacks):
    send()
    row = Upload.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(row.evidence, by=draft.expert.user, at=NOON)

    assert not there(str(row.file.name))


def test_what_is_refused_after_it_was_written_is_not_kept(files_lie, send, draft):
    for _ in range(3):
        send()
    kept = set(Upload.objects.values_list("file", flat=True))

    assert send().status_code == 422, "a sixth piece"

    lying = set(default_storage.written_before("evidence", now() + timedelta(hours=1)))
    assert lying == kept


def test_a_file_whose_row_never_came_or_is_done_with_goes_after_a_day(files_lie, send, monkeypatch):
    send()
    kept = Upload.objects.get()
    done_with = factories.upload("plan.txt", WORDS)
    uploads.discard(done_with, at=NOON)  # and its deletion never came
    stray = default_storage.save("evidence/stray", ContentFile(WORDS))
    names = [str(kept.file.name), str(done_with.file.name), stray]

    tasks.sweep_stray_uploads()
    young = [there(name) for name in names]
    uploads.sweep_strays(at=now() + LATER)

    assert young == [True, True, True]
    assert [there(name) for name in names] == [True, False, False]


def test_a_copy_of_ones_data_has_the_files(files_lie, ada, acme):
    job = factories.job(acme.memberships.get().organisation)
    proposal = factories.proposal(job, ada.expert)
    file = SimpleUploadedFile("plan.txt", WORDS)
    messages.begin(proposal, text="Hello", files=[file], by=acme, at=NOON)
    row = exports.ask(by=acme, at=NOON)

    exports.build(row.pk, at=NOON)
    exports.build(row.pk, at=NOON)

    row.refresh_from_db()
    assert row.status == "ready"
    assert list(default_storage.written_before("exports", now() + LATER)) == [str(row.file.name)]


# --- A store that is away


def test_while_the_bucket_is_away_nothing_is_taken_and_people_are_asked_to_come_back(
    s3, settings, send, draft
):
    nowhere = f"http://127.0.0.1:{free_port()}"
    settings.STORAGES = settings.STORAGES | {"default": s3.storage("files", endpoint=nowhere)}
    pieces = draft.evidence.count()

    answer = send()

    assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)
    assert draft.evidence.count() == pieces
    assert not Upload.objects.exists()


def test_what_cannot_be_deleted_now_holds_up_nobody_and_is_swept(
    db, s3, settings, django_capture_on_commit_callbacks
):
    bucket = s3.bucket()
    settings.STORAGES = settings.STORAGES | {"default": s3.storage(bucket)}
    row = factories.upload("plan.txt", WORDS)
    nowhere = s3.storage(bucket, endpoint=f"http://127.0.0.1:{free_port()}")
    settings.STORAGES = settings.STORAGES | {"default": nowhere}

    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(row, at=NOON)
    with pytest.raises(FilesAway):
        there(str(row.file.name))
    settings.STORAGES = settings.STORAGES | {"default": s3.storage(bucket)}
    assert there(str(row.file.name))

    assert uploads.sweep_strays(at=now() + LATER) == 1


# --- Nobody's lock waits for a network

ASKED: list[int] = []


class Watched(Folder):
    """Notes how many transactions are open within each other whenever it is asked."""

    def _save(self, name, content):
        ASKED.append(len(connection.savepoint_ids))
        return super()._save(name, content)

    def _open(self, name, mode="rb"):
        ASKED.append(len(connection.savepoint_ids))
        return super()._open(name, mode)

    def delete(self, name):
        ASKED.append(len(connection.savepoint_ids))
        super().delete(name)


def test_no_transaction_waits_for_where_files_lie(
    settings, send, draft, ada, acme, django_capture_on_commit_callbacks
):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Watched"}}
    file = SimpleUploadedFile("plan.txt", WORDS)
    organisation = acme.memberships.get().organisation
    milestone = factories.contract(organisation, ada.expert).milestones.get()
    type(milestone).objects.filter(pk=milestone.pk).update(status="funded")
    proposal = factories.proposal(factories.job(organisation), ada.expert)
    told = Told("It is late.", files=[file])
    outside = len(connection.savepoint_ids)
    ASKED.clear()

    send()
    piece = Upload.objects.get().evidence
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(piece, by=draft.expert.user, at=NOON)
    messages.begin(proposal, text="Hello", files=[file], by=acme, at=NOON)
    disputes.open_on(milestone, wants=Money(0, "usd"), told=told, by=acme, at=NOON)
    exports.build(exports.ask(by=acme, at=NOON).pk, at=NOON)

    assert len(ASKED) >= 6
    assert set(ASKED) == {outside}
