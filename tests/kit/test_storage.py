"""Folder and bucket keep the same promises; a bucket is asked over real HTTP."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from marketplace.kit import env
from marketplace.kit.storage import FilesAway
from tests.local.processes import free_port

TEXT = b"what was sent"


@pytest.fixture
def files(files_lie):
    """Where files lie, one after the other."""
    return default_storage


def save(files, name="evidence/a", content=TEXT) -> str:
    return files.save(name, ContentFile(content))


def test_what_is_kept_is_read_as_often_as_one_likes(files):
    name = save(files)

    with files.open(name) as first, files.open(name) as second:
        assert (first.read(), second.read(4), second.seek(0), second.read()) == (
            TEXT,
            TEXT[:4],
            0,
            TEXT,
        )
    assert (name, files.size(name), files.exists(name)) == ("evidence/a", len(TEXT), True)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(files):
    name = save(files)

    for _ in range(2):
        files.delete(name)

    assert not files.exists(name)
    for ask in (files.open, files.size):
        with pytest.raises(FileNotFoundError):
            ask(name)


def test_nothing_is_written_over(files, files_lie):
    save(files)

    if files_lie == "bucket":
        with pytest.raises(FileExistsError):
            save(files, content=b"another")
    else:
        assert save(files, content=b"another") != "evidence/a"
    with files.open("evidence/a") as kept:
        assert kept.read() == TEXT


def test_it_names_what_was_written_before_a_moment_in_one_folder(files):
    names = {save(files, f"evidence/{number}") for number in range(3)}
    save(files, "exports/other")
    now, moment = datetime.now(UTC), timedelta(seconds=5)

    assert set(files.written_before("evidence", now + moment)) == names
    assert list(files.written_before("evidence", now - moment)) == []
    assert list(files.written_before("nothing", now + moment)) == []


def test_no_file_has_an_address(files):
    with pytest.raises(NotImplementedError):
        files.url(save(files))


# --- The bucket alone


def bucket(s3, **changes):
    setting = s3.storage(changes.pop("bucket", None) or s3.bucket(), **changes)
    return import_string(setting["BACKEND"])(**setting["OPTIONS"])


@pytest.mark.drills  # a thousand questions
def test_a_folder_of_more_than_a_page_is_listed_whole(s3):
    files = bucket(s3)
    for number in range(1001):
        s3.client.put_object(Bucket=files.bucket, Key=f"evidence/{number}", Body=b"")

    assert len(list(files.written_before("evidence", datetime.now(UTC) + timedelta(hours=1)))) == (
        1001
    )


def test_a_large_file_does_not_lie_in_memory(s3):
    files = bucket(s3)
    files.save("exports/a", io.BytesIO(bytes(3 * 1_048_576)))

    with files.open("exports/a") as kept:
        assert kept.file._rolled  # on the disk
        assert len(kept.read()) == 3 * 1_048_576


@pytest.mark.parametrize("wrong", ["endpoint", "bucket"])
def test_one_that_is_not_there_is_away_and_no_file_is_missing(s3, wrong):
    nowhere = {"endpoint": f"http://127.0.0.1:{free_port()}", "bucket": "not-there"}
    files = bucket(s3, **{wrong: nowhere[wrong]})

    with pytest.raises(FilesAway):
        save(files)
    if wrong == "endpoint":
        for ask in (files.open, files.exists, files.delete):
            with pytest.raises(FilesAway):
                ask("evidence/a")


# --- Its variable


def test_it_is_named_in_one_variable(monkeypatch):
    monkeypatch.setenv("FILES_URL", "s3+https://AK:s%2Fk@s3.attest.example:9000/files?region=eu")

    assert env.files("FILES_URL")["OPTIONS"] == {
        "endpoint": "https://s3.attest.example:9000",
        "bucket": "files",
        "region": "eu",
        "key": "AK",
        "secret": "s/k",
    }
    monkeypatch.delenv("FILES_URL")
    assert env.files("FILES_URL") == {"BACKEND": "marketplace.kit.storage.Folder"}


@pytest.mark.parametrize(
    "half",
    [
        "https://key:secret@host/bucket",
        "s3+https://key:secret@host",
        "s3+https://key:secret@host/a/b",
        "s3+https://key@host/bucket",
        "s3+https://:secret@host/bucket",
        "s3+https:///bucket",
        "s3+https://host/bucket?acl=public-read",
    ],
)
def test_half_of_one_stops_the_start(monkeypatch, half):
    monkeypatch.setenv("FILES_URL", half)

    with pytest.raises(ImproperlyConfigured):
        env.files("FILES_URL")
