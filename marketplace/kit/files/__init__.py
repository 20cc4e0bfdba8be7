"""What an uploaded file really is: eight kinds, each decided by name, first bytes and structure.

`inspect` either returns the bytes that are worth keeping or refuses with a reason. It opens no
archive, runs nothing, and holds no more in memory than a fixed multiple of the upload.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from marketplace.kit.files import archives, pdf, pictures, texts
from marketplace.kit.files.refusal import FileRefused

__all__ = ["ENDINGS", "FileRefused", "Kept", "content_type", "inspect"]

MEGABYTE = 1_048_576
# The test file every scanner knows (eicar.org); nobody uploads it by mistake.
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
FIRST_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file we take: how it is served, and the reader that returns what to keep."""

    content_type: str
    read: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes to keep, which for a picture are not those that came, and how to serve them."""

    content: bytes
    content_type: str


TEXT = Kind("text/plain; charset=utf-8", texts.plain)
JPEG = Kind("image/jpeg", pictures.jpeg)
KINDS: Mapping[str, Kind] = {
    ".pdf": Kind("application/pdf", pdf.read),
    ".png": Kind("image/png", pictures.png),
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".md": TEXT,
    ".txt": TEXT,
    ".csv": Kind("text/csv; charset=utf-8", texts.table),
    ".json": Kind("application/json", texts.json_document),
    ".ipynb": Kind("application/x-ipynb+json", texts.notebook),
    ".zip": Kind("application/zip", archives.read),
}
ENDINGS = tuple(KINDS)


def inspect(name: str, content: bytes, *, most_bytes: int) -> Kept:
    """Return what to keep of a file; nothing in it is trusted, its name least of all.

    :param most_bytes: the largest file taken.
    :raises FileRefused: with the reason, when name, first bytes and structure do not agree.
    """
    kind = KINDS.get(PurePath(name).suffix.lower())
    if not name.isprintable():
        raise FileRefused(_("Rename the file: its name has characters that cannot be shown."))
    if kind is None:
        raise FileRefused(
            _("Upload a PDF, PNG, JPEG, Markdown, text, CSV, JSON, notebook or ZIP file.")
        )
    if len(content) > most_bytes:
        raise too_large(most_bytes)
    if not content:
        raise FileRefused(_("The file is empty."))
    if EICAR in content[:FIRST_BYTES]:
        raise FileRefused(_("The file carries a virus signature."))
    if kind.read is not archives.read and zipfile.is_zipfile(io.BytesIO(content)):
        raise FileRefused(_("The file is two kinds of file at once. Save it again and retry."))
    return Kept(kind.read(content), kind.content_type)


def too_large(most_bytes: int) -> FileRefused:
    """Return the refusal of a file above the limit, so that a face can refuse it unread."""
    return FileRefused(
        _("The file is larger than %(limit)s MB.") % {"limit": most_bytes // MEGABYTE}
    )


def content_type(name: str) -> str:
    """Return the type a kept file is served as: ours, by the inspected name, never the sender's."""
    return KINDS[PurePath(name).suffix.lower()].content_type
