"""Pictures: their structure is walked, then they are drawn anew, which leaves only pixels.

A picture that is also an archive or a script looks like a plain picture to every detector that
reads first bytes; drawing it anew is the only cure. It also drops place, camera and author.
"""

import io
import re
import struct
import zlib

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from marketplace.kit.files.refusal import FileRefused

# 25 megapixels are 100 MB of memory while a picture is drawn. Pillow alone errs only at 179.
MOST_PIXELS = 25_000_000
JPEG_QUALITY = 90
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"  # PNG specification, 5.2
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"  # ITU-T T.81, table B.1
# The next marker in compressed data: not a stuffed zero, a restart or a fill byte (T.81, B.1.1.2).
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
START_OF_SCAN = 0xDA
# What a comment or a text chunk of a picture has no reason to hold.
FOREIGN = re.compile(rb"<\?php|<\?=|<script|<html|<svg|PK\x03\x04|%PDF-", re.IGNORECASE)


def png(content: bytes) -> bytes:
    """Return the same picture drawn anew as PNG."""
    _walk_png(content)
    return _drawn_anew(content, "PNG")


def jpeg(content: bytes) -> bytes:
    """Return the same picture drawn anew as JPEG."""
    _walk_jpeg(content)
    return _drawn_anew(content, "JPEG", quality=JPEG_QUALITY)


def _walk_png(content: bytes) -> None:
    """Follow the chunks from the signature to IEND, with nothing between and nothing behind."""
    if not content.startswith(PNG_SIGNATURE):
        raise FileRefused
    at, name = len(PNG_SIGNATURE), b""
    while name != b"IEND":
        head = content[at : at + 8]
        if len(head) < 8:  # noqa: PLR2004 (length and name of a chunk)
            raise FileRefused
        length, name = struct.unpack(">I4s", head)
        body = content[at + 8 : at + 8 + length]
        if name == b"IHDR":
            _refuse_flood(*struct.unpack(">II", body[:8].ljust(8, b"\0")))
        if name != b"IDAT" and FOREIGN.search(body):
            raise FileRefused(_("The picture carries something that is not a picture."))
        at += 12 + length
        if content[at - 4 : at] != struct.pack(">I", zlib.crc32(name + body)):
            raise FileRefused
    _refuse_rest(content[at:])


def _walk_jpeg(content: bytes) -> None:
    """Follow the segments from SOI to EOI, over every scan, with nothing behind."""
    if not content.startswith(JPEG_START):
        raise FileRefused
    at = 2
    while content[at : at + 2] != JPEG_END:
        if content[at : at + 1] != b"\xff" or len(content) < at + 4:
            raise FileRefused
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if FOREIGN.search(content[at + 4 : at + 2 + length]):
            raise FileRefused(_("The picture carries something that is not a picture."))
        at = _after_segment(content, at, marker, length)
    _refuse_rest(content[at + 2 :])


def _after_segment(content: bytes, at: int, marker: int, length: int) -> int:
    end = at + 2 + length
    if marker != START_OF_SCAN:
        return end
    found = NEXT_MARKER.search(content, end)
    if not found:
        raise FileRefused
    return found.start()


def _refuse_rest(rest: bytes) -> None:
    if rest.strip(b"\0\r\n"):
        raise FileRefused(_("The picture carries other data behind its end. Export it again."))


def _refuse_flood(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise FileRefused(_("The picture has more than 25 million pixels. Make it smaller."))


def _drawn_anew(content: bytes, form: str, **options: int) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            _refuse_flood(*picture.size)
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert(_mode(upright, form))
    # Pillow's decoders raise whatever their format taught them; each means: no picture.
    except (OSError, ValueError, TypeError, SyntaxError, IndexError, struct.error) as error:
        raise FileRefused from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused from error
    clean.info = {}
    drawn = io.BytesIO()
    clean.save(drawn, form, **options)
    return drawn.getvalue()


def _mode(picture: Image.Image, form: str) -> str:
    if picture.mode == "L":
        return "L"
    see_through = form == "PNG" and ("A" in picture.mode or "transparency" in picture.info)
    return "RGBA" if see_through else "RGB"
