"""ZIP archives: listed, never unpacked; every size and name in the list is checked first.

Format: PKWARE APPNOTE 6.3.10. What a reviewer unpacks later must not surprise them either.
"""

import io
import re
import stat
import struct
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from marketplace.kit.files.refusal import FileRefused

MOST_FILES = 200
MOST_UNPACKED = 100 * 1_048_576
MOST_RATIO = 100
LARGEST_LIST = 256 * 1024
FIRST = b"PK\x03\x04"
# 4.3.7 local header, 4.3.16 end of central directory.
LOCAL = struct.Struct("<4s5H3I2H")
END = struct.Struct("<4s4H2IH")
END_SIGNATURE = b"PK\x05\x06"
LONGEST_COMMENT = 100
# 4.3.9: signature, checksum and two sizes, which may follow a file.
DESCRIPTOR = 24
ENCRYPTED, HAS_DESCRIPTOR = 0x1, 0x8
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ARCHIVES = frozenset(
    {
        *(".zip", ".jar", ".war", ".apk", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"),
        *(".zst", ".lz", ".cab", ".iso", ".img", ".dmg"),
    }
)
PROGRAMS = frozenset(
    {
        *(".exe", ".dll", ".scr", ".com", ".pif", ".cpl", ".msi", ".lnk", ".hta", ".vbs", ".vbe"),
        *(".wsf", ".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm", ".ppam"),
    }
)
# Members that make an archive an office document or a Java program under another name.
OTHER_KINDS = frozenset({"[content_types].xml", "meta-inf/manifest.mf", "androidmanifest.xml"})
DRIVE = re.compile(r"^[A-Za-z]:")


def read(content: bytes) -> bytes:
    """Accept an archive whose list holds nothing but small, plainly named files.

    :raises FileRefused: with what stands in the way.
    """
    _refuse_odd_frame(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries, start = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused from error
    _refuse_size(entries)
    for entry in entries:
        _refuse_name(entry)
        _refuse_kind(entry)
    _refuse_overlap(content, entries, start)
    return content


def _refuse_odd_frame(content: bytes) -> None:
    """The archive is the whole file, and its list is short enough to read."""
    at = content.rfind(END_SIGNATURE)
    if not content.startswith(FIRST) or at < 0 or len(content) < at + END.size:
        raise FileRefused
    _sign, disk, list_disk, here, total, size, offset, comment = END.unpack_from(content, at)
    is_whole = offset + size == at and at + END.size + comment == len(content)
    if disk or list_disk or here != total or not is_whole:
        raise FileRefused
    if total > MOST_FILES or size > LARGEST_LIST:
        raise _too_many()
    if comment > LONGEST_COMMENT or b"<" in content[at + END.size :]:
        raise FileRefused


def _too_many() -> FileRefused:
    return FileRefused(_("The archive holds more than 200 files. Leave out what proves nothing."))


def _refuse_size(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise _too_many()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or any(
        entry.file_size > MOST_RATIO * max(entry.compress_size, 1) for entry in entries
    ):
        raise FileRefused(_("The archive unpacks to far more than its size."))
    if not any(entry.file_size for entry in entries):
        raise FileRefused(_("The archive is empty."))
    names = {entry.filename.casefold().rstrip("/") for entry in entries}
    if len(names) < len(entries):
        raise FileRefused(_("Two files in the archive have the same name."))


def _refuse_name(entry: zipfile.ZipInfo) -> None:
    """A name stays below the folder it is unpacked into, on every system."""
    name = entry.orig_filename
    path = PurePosixPath(name)
    is_odd = not name.isprintable() or "\\" in name or DRIVE.match(name) or "\ufffd" in name
    if is_odd or path.is_absolute() or ".." in path.parts or not path.parts:
        raise FileRefused(_("A file in the archive has a name that leads out of its folder."))


def _refuse_kind(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise FileRefused(_("The archive holds a link or a device instead of a file."))
    if entry.flag_bits & ENCRYPTED:
        raise FileRefused(_("The archive is locked. Pack it without a password."))
    if entry.compress_type not in METHODS:
        raise FileRefused
    name = PurePosixPath(entry.filename.lower())
    if name.suffix in ARCHIVES:
        raise FileRefused(_("The archive holds another archive. Pack the files themselves."))
    is_other = str(name) in OTHER_KINDS or name.name == "vbaproject.bin"
    if name.suffix in PROGRAMS or is_other:
        raise FileRefused(_("The archive holds a program or an office file. Add a PDF instead."))


def _refuse_overlap(content: bytes, entries: Sequence[zipfile.ZipInfo], start: int) -> None:
    """Files lie one behind the other from the first byte on, as their own headers say too."""
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if not at <= entry.header_offset <= at + DESCRIPTOR or (at == 0 and entry.header_offset):
            raise FileRefused
        at = _end_of(content, entry)
    if not at <= start <= at + DESCRIPTOR:
        raise FileRefused


def _end_of(content: bytes, entry: zipfile.ZipInfo) -> int:
    head = content[entry.header_offset : entry.header_offset + LOCAL.size]
    if len(head) < LOCAL.size:
        raise FileRefused
    sign, _version, flags, method, _time, _date, _sum, packed, size, named, extra = LOCAL.unpack(
        head
    )
    name_at = entry.header_offset + LOCAL.size
    raw = entry.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", "replace")
    is_told = flags & HAS_DESCRIPTOR or (packed, size) == (entry.compress_size, entry.file_size)
    is_same = content[name_at : name_at + named] == raw and method == entry.compress_type
    if sign != FIRST or flags != entry.flag_bits or not is_told or not is_same:
        raise FileRefused(_("The archive says two different things about the same file."))
    return int(name_at + named + extra + entry.compress_size)
