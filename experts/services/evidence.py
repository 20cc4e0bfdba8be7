"""The pieces of evidence of an application, and the inspection of every uploaded file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePath
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import policies
from experts.models import Application, Evidence
from experts.models.evidence import MOST_EVIDENCE
from experts.models.vetting import EDITABLE_APPLICATIONS
from marketplace.kit.errors import DomainError

NAME_LENGTH = 120
# C0 controls that a text file may hold: tab, line feed, form feed, carriage return.
TEXT_CONTROLS = frozenset("\t\n\f\r")


@dataclass(frozen=True, slots=True)
class Artefact:
    """What an applicant shows: a link or a file, what it proves, and their own share (1 to 100).

    `before` and `after` are one measured change, as people read it ("14.2%", "0.9%").
    """

    kind: str
    title: str
    url: str
    file: File[bytes] | None
    claim: str
    own_share: int
    before: str
    after: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file we take: how it is served, and whether the bytes are what the name says."""

    content_type: str
    fits: Callable[[bytes], bool]


class EvidenceIsClosed(DomainError):
    """A reviewer may be reading it."""

    code = "evidence_is_closed"
    sentence = _("The evidence cannot be changed while it waits for a decision.")


class TooMuchEvidence(DomainError):
    """The strongest pieces are enough."""

    code = "too_much_evidence"
    sentence = _("Five pieces of evidence are the most. Remove one to add another.")


class NeedsOneSource(DomainError):
    """A piece of evidence is a link or a file."""

    code = "needs_one_source"
    sentence = _("Give a link or a file, and not both.")


class LinkRefused(DomainError):
    """Only addresses a reviewer can open in a browser."""

    code = "link_refused"
    sentence = _("Give a link that begins with https:// or http://.")


class FileRefused(DomainError):
    """The file is not one we can take."""

    status = 422
    code = "file_refused"


@transaction.atomic
def add(application: Application, *, artefact: Artefact, by: User, at: datetime) -> Evidence:
    """Add a piece of evidence.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    :raises TooMuchEvidence: when there are five.
    :raises FileRefused: when the file is too large, empty, or not what its name says.
    """
    _refuse_unless_open(application, by)
    if application.evidence.count() >= MOST_EVIDENCE:
        raise TooMuchEvidence
    piece = Evidence(application=application, created_at=at)
    _write(piece, artefact)
    return piece


@transaction.atomic
def edit(piece: Evidence, *, artefact: Artefact, by: User) -> Evidence:
    """Change a piece of evidence; without a new link or file the old one stays.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    :raises FileRefused: as for `add`.
    """
    _refuse_unless_open(piece.application, by)
    _write(piece, artefact)
    return piece


@transaction.atomic
def remove(piece: Evidence, *, by: User) -> None:
    """Remove a piece of evidence and its file.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    """
    _refuse_unless_open(piece.application, by)
    _discard_file(piece)
    piece.delete()


def inspect(upload: File[bytes]) -> None:
    """Refuse a file that is too large, empty, badly named or not what its name says.

    :raises FileRefused: with the reason.
    """
    name = upload.name or ""
    kind = FILE_KINDS.get(PurePath(name).suffix.lower())
    if not name.isprintable():
        raise FileRefused(_("Rename the file: its name has characters that cannot be shown."))
    if kind is None:
        raise FileRefused(_("Upload a PDF, PNG, JPEG, Markdown, text, CSV or JSON file."))
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        megabytes = settings.EVIDENCE_MAX_BYTES // 1_048_576
        raise FileRefused(_("The file is larger than %(limit)s MB.") % {"limit": megabytes})
    if upload.size == 0:
        raise FileRefused(_("The file is empty."))
    upload.seek(0)
    if not kind.fits(upload.read()):
        raise FileRefused(_("The file is not what its name says. Save it again and retry."))


def content_type(piece: Evidence) -> str:
    """Return the type a file is served as: ours, by the inspected name, never the sender's."""
    return FILE_KINDS[PurePath(piece.file_name).suffix.lower()].content_type


def _refuse_unless_open(application: Application, by: User) -> None:
    """Hold the application, so that it cannot be submitted half-changed."""
    if not policies.owns(by, application):
        raise PermissionDenied
    held = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    if held.status not in EDITABLE_APPLICATIONS:
        raise EvidenceIsClosed


def _write(piece: Evidence, artefact: Artefact) -> None:
    _attach(piece, artefact)
    piece.kind, piece.title, piece.claim = artefact.kind, artefact.title, artefact.claim
    piece.own_share, piece.is_public = artefact.own_share, artefact.is_public
    piece.before, piece.after = artefact.before, artefact.after
    piece.save()


def _attach(piece: Evidence, artefact: Artefact) -> None:
    if artefact.url and artefact.file:
        raise NeedsOneSource
    if artefact.file:
        _attach_file(piece, artefact.file)
    elif artefact.url:
        _attach_link(piece, artefact.url)
    elif not piece.url and not piece.file:
        raise NeedsOneSource


def _attach_link(piece: Evidence, url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise LinkRefused
    _discard_file(piece)
    piece.url, piece.file, piece.file_name = url, "", ""


def _attach_file(piece: Evidence, upload: File[bytes]) -> None:
    inspect(upload)
    _discard_file(piece)
    piece.url, piece.file_name = "", _shown_name(upload.name or "")
    upload.seek(0)
    piece.file.save(piece.file_name, upload, save=False)


def _discard_file(piece: Evidence) -> None:
    """Delete the file once its row no longer names it."""
    if piece.file.name:
        transaction.on_commit(partial(piece.file.storage.delete, piece.file.name))


def _shown_name(name: str) -> str:
    """Return the sender's name for the file, without its folder and within the column."""
    path = PurePath(PurePath(name).name)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < ord(" ") and sign not in TEXT_CONTROLS for sign in text)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _begins_with(signature: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signature)


# Signatures: ISO 32000-1 7.5.2 (PDF), PNG 5.2, ITU-T T.81 B.1.1.3 (JPEG: SOI and the next marker).
PDF = FileKind("application/pdf", _begins_with(b"%PDF-"))
PNG = FileKind("image/png", _begins_with(b"\x89PNG\r\n\x1a\n"))
JPEG = FileKind("image/jpeg", _begins_with(b"\xff\xd8\xff"))
TEXT = FileKind("text/plain; charset=utf-8", _is_text)
FILE_KINDS: Mapping[str, FileKind] = {
    ".pdf": PDF,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".md": TEXT,
    ".txt": TEXT,
    ".csv": FileKind("text/csv; charset=utf-8", _is_text),
    ".json": FileKind("application/json", _is_json),
}
