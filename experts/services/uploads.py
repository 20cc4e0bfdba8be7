"""Files people send: inspected, quarantined, scanned, and discarded with what they belong to."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F

from experts.models import Upload
from experts.models.evidence import FOLDER
from marketplace.kit import files, scanner, strays
from marketplace.kit.files import FileRefused
from marketplace.kit.scanner import ScannerDown, Verdict

log = logging.getLogger(__name__)

NAME_LENGTH = 120
# A worker that dies while scanning, or a scanner that is down, leaves the file to the next sweep.
RETRY_AFTER = timedelta(minutes=5)
SWEEP = 50


def inspect(upload: File[bytes]) -> files.Kept:
    """Return what is worth keeping of a file.

    :raises FileRefused: with the reason, when it is none of the kinds we take.
    """
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise files.too_large(settings.EVIDENCE_MAX_BYTES)
    upload.seek(0)
    name = upload.name or ""
    return files.inspect(name, upload.read(), most_bytes=settings.EVIDENCE_MAX_BYTES)


@transaction.atomic
def take(upload: File[bytes], *, at: datetime) -> Upload:
    """Keep a file in quarantine; without a scanner the inspection was the whole of it.

    :raises FileRefused: as `inspect`.
    """
    content = inspect(upload).content
    row = Upload(name=_shown_name(upload.name or ""), created_at=at, due_at=at)
    _write(row, content)
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
    except ScannerDown as error:
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
    """Sweep: delete files that were written and whose row never came; return how many."""
    return strays.sweep(Upload._meta.get_field("file"), FOLDER, at=at)


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
    former = str(row.file.name)
    _write(row, kept)
    row.save(update_fields=["file", "size", "sha256"])
    row.file.storage.delete(former)
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


def _write(row: Upload, content: bytes) -> None:
    row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    row.file.save(row.name, ContentFile(content), save=False)


def _delete_file(row: Upload) -> None:
    transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)))


def _shown_name(name: str) -> str:
    """Return the sender's name for the file, without its folder and within the column."""
    path = PurePath(PurePath(name).name)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix
