"""Files people send: inspected, quarantined, scanned, and discarded with what they belong to."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from experts.models import Upload
from experts.models.evidence import FOLDER, private_name
from marketplace.kit import files, scanner, strays
from marketplace.kit.files import FileRefused
from marketplace.kit.scanner import ScannerDown, Verdict
from marketplace.kit.storage import FilesAway

log = logging.getLogger(__name__)

NAME_LENGTH = 120
# A worker that dies while scanning, or a scanner that is down, leaves the file to the next sweep.
RETRY_AFTER = timedelta(minutes=5)
SWEEP = 50
# The row stays, and its file does not.
DONE_WITH = (Upload.Status.REFUSED, Upload.Status.DISCARDED)


def inspect(upload: File[bytes]) -> files.Kept:
    """Return what is worth keeping of a file.

    :raises FileRefused: with the reason, when it is none of the kinds we take.
    """
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise files.too_large(settings.EVIDENCE_MAX_BYTES)
    upload.seek(0)
    name = upload.name or ""
    return files.inspect(name, upload.read(), most_bytes=settings.EVIDENCE_MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies where private files lie, and that no row names yet.

    `name` is the sender's, `place` ours.
    """

    name: str
    place: str
    size: int
    sha256: str


@contextmanager
def stored(sent: Sequence[File[bytes]]) -> Iterator[list[Stored]]:
    """Write files where they are to lie, for a transaction to enter them; delete those of one that
    fails.

    A bucket is asked over a network, so it is done before the transaction begins and its rows are
    held (ADR 38). Who dies in between leaves the files to the sweep.

    :raises FileRefused: with the reason, before anything is written.
    :raises FilesAway: when the store does not answer.
    """
    found = [(_shown_name(file.name or ""), inspect(file).content) for file in sent]
    written: list[Stored] = []
    try:
        for name, content in found:
            written.append(_store(name, content))
        yield written
    except BaseException:
        for each in written:
            _delete_if_possible(each.place)
        raise


@transaction.atomic
def enter(file: Stored, *, at: datetime) -> Upload:
    """Keep a stored file in quarantine; without a scanner the inspection was the whole of it."""
    row = Upload(name=file.name, created_at=at, due_at=at)
    row.file, row.size, row.sha256 = file.place, file.size, file.sha256
    row.save()
    row.move("quarantine", by=None, at=at)
    if not scanner.is_named():
        row.move("clear", by=None, at=at)
    return row


@transaction.atomic
def discard(row: Upload, *, at: datetime) -> None:
    """Delete the file once nothing names it; that it was here stays on record for a while."""
    row.move("discard", by=None, at=at)
    _delete_file(row)


def scan(upload_pk: int, *, at: datetime) -> None:
    """Ask the scanner about a file whose turn it is; every answer but clean leaves it in."""
    row = _claim(upload_pk, at)
    if row is None:
        return
    try:
        verdict = _verdict(row)
    except (ScannerDown, FilesAway) as error:
        log.warning("upload.scan.unavailable", extra={"upload": row.pk, "answer": str(error)})
        return
    _settle(row, verdict, at)


def scan_due(*, at: datetime) -> int:
    """Sweep: ask about every file whose turn it is, oldest first; return how many."""
    due = Upload.objects.filter(status=Upload.Status.QUARANTINED, due_at__lte=at)
    keys = list(due.order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for key in keys:
        scan(key, at=at)
    return len(keys)


def sweep_strays(*, at: datetime) -> int:
    """Sweep: delete files whose row never came, or is done with them; return how many."""
    return strays.sweep(Upload.objects.exclude(status__in=DONE_WITH), "file", FOLDER, at=at)


def _claim(upload_pk: int, at: datetime) -> Upload | None:
    """Take a file by moving its turn on; of two workers one succeeds."""
    due = Upload.objects.filter(pk=upload_pk, status=Upload.Status.QUARANTINED, due_at__lte=at)
    if not due.update(due_at=at + RETRY_AFTER, attempts=F("attempts") + 1):
        return None
    return Upload.objects.get(pk=upload_pk)


def _verdict(row: Upload) -> Verdict:
    if not row.sha256 and not _inspect_late(row):
        return Verdict(is_clean=False, signature="inspection")
    if not scanner.is_named():
        return Verdict(is_clean=True)
    with row.file.open("rb") as content:
        return scanner.scan(content.file)


def _inspect_late(row: Upload) -> bool:
    """Inspect a file that was here before files were; keep what the inspection keeps."""
    try:
        with row.file.open("rb") as content:
            kept = files.inspect(
                row.name, content.read(), most_bytes=settings.EVIDENCE_MAX_BYTES
            ).content
    except (FileRefused, OSError):
        return False
    former, new = str(row.file.name), _store(row.name, kept)
    row.file, row.size, row.sha256 = new.place, new.size, new.sha256
    row.save(update_fields=["file", "size", "sha256"])
    _delete_if_possible(former)
    return True


@transaction.atomic
def _settle(row: Upload, verdict: Verdict, at: datetime) -> None:
    if verdict.is_clean:
        row.move("clear", by=None, at=at)
        return
    row.signature = verdict.signature[:200]
    row.save(update_fields=["signature"])
    row.move("refuse", by=None, at=at, reason=row.signature)
    _delete_file(row)


def _store(name: str, content: bytes) -> Stored:
    place = default_storage.save(private_name(), ContentFile(content))
    return Stored(name, place, len(content), hashlib.sha256(content).hexdigest())


def _delete_file(row: Upload) -> None:
    """Delete it once the row says so; one that cannot be deleted now is swept tomorrow."""
    transaction.on_commit(partial(_delete_if_possible, str(row.file.name)))


def _delete_if_possible(place: str) -> None:
    try:
        default_storage.delete(place)
    except FilesAway:
        log.warning("upload.delete.unavailable", extra={"place": place})


def _shown_name(name: str) -> str:
    """Return the sender's name for the file, without its folder and within the column."""
    path = PurePath(PurePath(name).name)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix
