"""Compiles translations where they are used: a fresh machine has no msgfmt, and git no binaries.

A catalogue is `locale/<language>/LC_MESSAGES/django.po`; Django reads the `.mo` beside it.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_stale(folders: Iterable[Path]) -> None:
    """Compile every catalogue that is newer than what was compiled of it; a second for all."""
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns:
                compile_one(source, compiled)


def compile_one(source: Path, compiled: Path) -> None:
    """Write what Django reads of one catalogue, whole or not at all: many processes start at once.

    What nobody has translated yet is left out, and so shown as it was written.
    """
    with source.open("rb") as file:
        catalogue = read_po(file)
    with tempfile.NamedTemporaryFile(dir=compiled.parent, delete=False) as unfinished:
        write_mo(unfinished, catalogue)
    Path(unfinished.name).chmod(0o644)
    os.replace(unfinished.name, compiled)
