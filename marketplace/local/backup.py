"""A backup: everything of a site that cannot be made anew, in one folder, and the way back.

    backup/
      database.dump   PostgreSQL's own archive of one moment
      media.tar       what people uploaded
      stripe.sqlite3  what the stand-in for Stripe knows, where it is used
      secret          from which the keys of this site are derived
      manifest.json   when it was made, and the SHA-256 of every file; written last

The queue in Valkey is not kept: what has to happen stands in the database, and the timers find it.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from marketplace.local.console import CannotRun
from marketplace.local.postgres import programs
from marketplace.local.state import State, private_folder

DUMP, MEDIA, STRIPE, SECRET = "database.dump", "media.tar", "stripe.sqlite3", "secret"
MANIFEST = "manifest.json"
# Roles belong to a server, not to a site: `restrict_role` grants them anew.
WITHOUT_ROLES = ("--no-owner", "--no-privileges")


class NotWhole(CannotRun):
    """What lies there is no backup, or not the one that was made."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} is no whole backup: {why}.")


def save(state: State, *, database_url: str, to: Path) -> Path:
    """Write a backup of a site that may be running; return its folder, named by the time in UTC.

    The database comes first: a file that a row speaks of was there before the row.

    :raises CannotRun: when the database cannot be read.
    """
    made_at = datetime.now(UTC)
    folder = to / f"{made_at:%Y-%m-%dT%H-%M-%SZ}"
    private_folder(folder)
    _run(
        state,
        *("pg_dump", "--format=custom", *WITHOUT_ROLES),
        *("--file", folder / DUMP, "--dbname", database_url),
    )
    with tarfile.open(folder / MEDIA, "w") as archive:
        archive.add(state.data / "media", arcname=".")
    if (state.data / STRIPE).exists():
        _copy_of_a_live_file(state.data / STRIPE, folder / STRIPE)
    shutil.copyfile(state.data / SECRET, folder / SECRET)
    files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
    manifest = {"made_at": made_at.isoformat(), "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder


def check(folder: Path) -> None:
    """Compare every file with the manifest.

    :raises NotWhole: when one is missing or another than was written.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        raise NotWhole(folder, f"its {MANIFEST} is missing or cannot be read") from error
    for name in (DUMP, MEDIA, SECRET):
        if name not in told:
            raise NotWhole(folder, f"it has no {name}")
    for name, digest in told.items():
        file = folder / Path(name).name
        if not file.exists() or _sha256(file) != digest:
            raise NotWhole(folder, f"{name} is missing or has changed")


def load_files(state: State, folder: Path) -> None:
    """Lay everything but the database where a site of this state looks for it."""
    shutil.copyfile(folder / SECRET, state.data / SECRET)
    (state.data / SECRET).chmod(0o600)
    with tarfile.open(folder / MEDIA) as archive:
        archive.extractall(state.data / "media", filter="data")
    if (folder / STRIPE).exists():
        shutil.copyfile(folder / STRIPE, state.data / STRIPE)


def load_database(state: State, folder: Path, *, database_url: str) -> None:
    """Fill an empty database, whole or not at all.

    :raises CannotRun: when the archive cannot be read or something is in its way.
    """
    _run(
        state,
        *("pg_restore", "--exit-on-error", "--single-transaction", *WITHOUT_ROLES),
        *("--dbname", database_url, folder / DUMP),
    )


def _run(state: State, program: str, *arguments: str | Path) -> None:
    command: Sequence[str | Path] = [programs(state.programs) / program, *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode:
        raise CannotRun(f"{program} failed: {done.stderr.strip()}")


def _copy_of_a_live_file(source: Path, target: Path) -> None:
    """Copy a SQLite database of one moment, whoever writes to it meanwhile."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
