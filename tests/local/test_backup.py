"""What was kept comes back: the same rows, files and keys, on a machine that had none of them."""

import json
import tarfile
from pathlib import Path

import pytest

from marketplace.local import backup
from marketplace.local.state import State
from tests.local.run import SLOW, Run

# Every table by its rows, in whatever order they lie.
DIGESTS = """
import hashlib, json
from django.db import connection
with connection.cursor() as c:
    c.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    tables = [name for [name] in c.fetchall()]
    found = {}
    for name in tables:
        rows = "string_agg(r::text, chr(10) ORDER BY r::text)"
        c.execute(f'SELECT count(*), md5({rows}) FROM "{name}" AS r')
        found[name] = c.fetchone()
print(json.dumps(found))
"""

ZEBULON = """
from accounts.models import User
print("said", User.objects.create_user("zebulon@people.example", name="Zebulon Quist").public_id)
"""
LEAVES = """
from datetime import timedelta
from django.utils.timezone import now
from accounts.models import User
from accounts.services import erasures
asked_at = now() - erasures.GRACE - timedelta(days=1)
erasures.ask(by=User.objects.get(name="Zebulon Quist"), at=asked_at)
print("said", erasures.erase_due(at=now()))
"""
# The tables in which one of the rows says the name.
SAYING = """
from django.db import connection
with connection.cursor() as c:
    c.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    for [name] in c.fetchall():
        c.execute(f'SELECT count(*) FROM "{name}" AS r WHERE r::text ILIKE %s', ["%zebulon%"])
        if c.fetchone()[0]:
            print("said", name)
"""


@pytest.fixture
def kept(tmp_path):
    """A backup of next to nothing."""
    folder = tmp_path / "kept"
    folder.mkdir()
    for name in (backup.DUMP, backup.SECRET):
        (folder / name).write_text(name)
    with tarfile.open(folder / backup.MEDIA, "w"):
        pass
    files = {file.name: backup._sha256(file) for file in folder.iterdir()}
    (folder / backup.MANIFEST).write_text(json.dumps({"files": files}))
    return folder


def test_a_whole_one_is_taken(kept):
    backup.check(kept)


@pytest.mark.parametrize("name", [backup.DUMP, backup.MEDIA, backup.SECRET, backup.MANIFEST])
def test_one_with_a_file_missing_is_not(kept, name):
    (kept / name).unlink()

    with pytest.raises(backup.NotWhole, match=name):
        backup.check(kept)


def test_nor_one_with_a_byte_changed(kept):
    (kept / backup.DUMP).write_text("database.dumq")

    with pytest.raises(backup.NotWhole, match="has changed"):
        backup.check(kept)


def test_nor_one_whose_manifest_leaves_something_out(kept):
    (kept / backup.MANIFEST).write_text(json.dumps({"files": {}}))

    with pytest.raises(backup.NotWhole, match=backup.DUMP):
        backup.check(kept)


@pytest.mark.drills
def test_a_site_comes_back_on_an_empty_machine(open_folder):
    run = Run(open_folder / "first", demo="tiny")
    first, second, third = (open_folder / name for name in ("first", "second", "third"))
    while_it_ran = backup_of(run, first)
    assert run.end() == 0
    before = digests(run, first)
    folder = backup_of(run, first, "--to", str(open_folder / "kept elsewhere"))

    assert asked(run, first, "restore", folder)[-1] == REFUSED
    assert asked(run, second, "restore", folder)[-1] == BACK
    assert asked(run, third, "restore", while_it_ran)[-1] == BACK

    assert digests(run, second) == before
    assert before["ledger_entry"][0] > 0
    assert files_of(second) == files_of(first)
    assert State(second).secret("sealing") == State(first).secret("sealing")


@pytest.mark.drills
def test_whom_a_backup_brings_back_is_erased_again(open_folder):
    run = Run(open_folder / "first", demo="tiny")
    first, second = open_folder / "first", open_folder / "second"
    assert run.end() == 0
    tombstones = open_folder / "tombstones"
    tombstones.write_text("\n".join(said(run, first, ZEBULON)))
    folder = backup_of(run, first)
    assert said(run, first, LEAVES) == ["1"]
    assert said(run, first, SAYING) == []

    assert asked(run, second, "restore", folder)[-1] == BACK

    assert "accounts_user" in said(run, second, SAYING)
    assert "erased again: 1" in asked(run, second, "manage", "erase_again", str(tombstones))
    assert said(run, second, SAYING) == []


BACK = "Everything is back; `make run` starts the site."
REFUSED = "There are data already, which `make reset` deletes."


def asked(run: Run, folder: Path, *arguments: str) -> list[str]:
    """Return the lines that a command says about the state in a folder."""
    environment = {**run.environment, "ATTEST_STATE": str(folder)}
    output, _ = run.runner(*arguments, environment=environment).communicate(timeout=5 * SLOW)
    return output.strip().splitlines()


def backup_of(run: Run, folder: Path, *arguments: str) -> str:
    """Keep a site, and return where."""
    return asked(run, folder, "backup", *arguments)[-1].removeprefix("The backup is ")


def shell(run: Run, folder: Path, program: str) -> list[str]:
    """Return what a program says in the shell of a site that is stopped."""
    return asked(run, folder, "manage", "shell", "--no-imports", "-c", program)


def said(run: Run, folder: Path, program: str) -> list[str]:
    """Return what such a program says, apart from what the runner does."""
    lines = shell(run, folder, program)
    return [line.removeprefix("said ") for line in lines if line.startswith("said ")]


def digests(run: Run, folder: Path) -> dict[str, list[object]]:
    """Return the number and the digest of the rows of every table of a site that is stopped."""
    said = shell(run, folder, DIGESTS)
    found: dict[str, list[object]] = json.loads(next(line for line in said if line[0] == "{"))
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every upload."""
    media = State(folder).data / "media"
    files = (file for file in media.rglob("*") if file.is_file())
    return {str(file.relative_to(media)): file.read_bytes() for file in files}
