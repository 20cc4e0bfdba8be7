"""PDF documents: taken when nothing in them acts, hides or is packed beyond reason.

Names are looked for in the whole file and in every stream that unpacks, because a reader follows
offsets and finds an object wherever it lies. Standard: ISO 32000-1.
"""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from marketplace.kit.files.refusal import FileRefused

BEGINNING = b"%PDF-1."
BEGINNING_2 = b"%PDF-2."
END = b"%%EOF"
MOST_UNPACKED = 100 * 1_048_576
PIECE = 1_048_576
# The longest escaped name below, so that none is cut in two between pieces.
OVERLAP = 64
STREAM = re.compile(rb"stream\r?\n")
# Actions that run, open, send or play something, and files in the file (12.6.4, 7.11.4, 12.7.8).
ACTIVE = (
    *("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition"),
    *("EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "Movie", "Sound"),
)
# Too short to look for in compressed bytes, where they turn up by chance.
ACTIVE_OUTSIDE_STREAMS = (*ACTIVE, "JS", "AA", "EF")
LOCKED = ("Encrypt",)


def read(content: bytes) -> bytes:
    """Accept a document that only shows pages.

    :raises FileRefused: when it acts, holds files, is locked or unpacks to more than 100 MB.
    """
    if not content.startswith((BEGINNING, BEGINNING_2)):
        raise FileRefused
    if not content.rstrip(b"\0\r\n\t ").endswith(END):
        raise FileRefused
    outside = b" ".join(_outside_streams(content))
    if _named(LOCKED).search(outside):
        raise FileRefused(_("The PDF is locked. Save it without a password."))
    _refuse_active(outside, ACTIVE_OUTSIDE_STREAMS)
    _refuse_active(content, ACTIVE)
    for piece in _unpacked(content):
        _refuse_active(piece, ACTIVE)
    return content


def _refuse_active(content: bytes, names: tuple[str, ...]) -> None:
    if _named(names).search(content):
        raise FileRefused(
            _("The PDF runs something or holds other files. Print it to PDF and upload that.")
        )


def _named(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """Match a name however its letters are escaped: /JS is also /J#53 (7.3.5)."""
    spelled = ("".join(_letter(letter) for letter in name) for name in names)
    pattern = rf"/(?:{'|'.join(spelled)})(?![A-Za-z0-9#_.-])"
    return re.compile(pattern.encode())


def _letter(letter: str) -> str:
    code = f"{ord(letter):02x}"
    either = "".join(f"[{sign}{sign.upper()}]" if sign.isalpha() else sign for sign in code)
    return f"(?:{letter}|#{either})"


def _outside_streams(content: bytes) -> Iterator[bytes]:
    at = 0
    for found in STREAM.finditer(content):
        if found.start() < at:
            continue
        yield content[at : found.start()]
        at = content.find(b"endstream", found.end())
        if at < 0:
            return
    yield content[at:]


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what every packed stream holds, in overlapping pieces."""
    left = MOST_UNPACKED
    view = memoryview(content)
    for found in STREAM.finditer(content):
        end = content.find(b"endstream", found.end())
        packed = view[found.end() : end if end > 0 else len(content)]
        for piece in _inflated(packed):
            left -= len(piece)
            if left < 0:
                raise FileRefused(_("The PDF unpacks to more than 100 MB."))
            yield piece


def _inflated(packed: memoryview) -> Iterator[bytes]:
    machine, rest, tail = zlib.decompressobj(), bytes(packed), b""
    try:
        while rest and not machine.eof:
            piece = machine.decompress(rest, PIECE)
            rest = machine.unconsumed_tail
            yield tail + piece
            tail = piece[-OVERLAP:]
    except zlib.error:
        return  # packed in another way: a picture, a font
