"""Where private files lie: in a folder, or in a bucket that speaks S3 (ADR 38).

Both keep a file under the name they are given, or refuse, and say which were written before a
moment, which the sweep for strays asks. Neither has an address for a file: a view asks who may read
it and hands it out itself, so nobody reads one by a link.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from shutil import copyfileobj, disk_usage
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

# Seconds. Whoever uploads waits for it, and the proxy in front waits for a minute.
CONNECT, ANSWER = 2, 10
# With the first: one that a restarting server broke off is asked for again.
TRIES = 2
# More than most files have; larger ones lie on the disk for as long as they are read.
IN_MEMORY = 1_048_576


class FilesAway(Exception):
    """The bucket does not answer, or not to us; what was asked of it is not known to be done."""


# What S3 says that is no fault, whether in the body of its answer or, to HEAD, by the status alone.
OF_CODES: dict[str, type[Exception]] = {
    **dict.fromkeys(("NoSuchKey", "404"), FileNotFoundError),
    **dict.fromkeys(("PreconditionFailed", "412"), FileExistsError),
}


class Store(Storage):
    """What both have besides Django's own."""

    @abstractmethod
    def written_before(self, folder: str, before: datetime) -> Iterator[str]:
        """Name the files of a folder that were written before a moment."""

    def free(self) -> float | None:
        """Return which share of its room is free, 0 to 1; nothing where there is no end of it."""
        return None

    def url(self, name: str | None) -> str:
        """Refuse: a private file has no address.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError


class Folder(Store, FileSystemStorage):
    """Files below MEDIA_ROOT, which web and workers of one machine share."""

    def free(self) -> float | None:
        """Ask its disk, once the first file has made the folder."""
        if not Path(self.location).is_dir():
            return None
        room = disk_usage(self.location)
        return room.free / room.total

    def written_before(self, folder: str, before: datetime) -> Iterator[str]:
        """Look at each; one that has just gone with its row is no stray."""
        place = Path(self.path(folder))
        for path in place.iterdir() if place.is_dir() else ():
            try:
                written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue
            if written_at < before:
                yield f"{folder}/{path.name}"


class Bucket(Store):
    """Files in a private bucket, which any number of machines share.

    :param where: `endpoint`, `bucket`, `region`, and `key` with `secret`, or neither for those that
        the machine has of itself.
    """

    def __init__(self, **where: str) -> None:
        self.where, self.bucket = where, where["bucket"]

    @cached_property
    def client(self) -> Any:
        """The connection of this process: made when it is first needed, so never before a fork."""
        import boto3  # noqa: PLC0415 (a site whose files lie in a folder does without)
        from botocore.config import Config  # noqa: PLC0415

        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.where["endpoint"],
            region_name=self.where["region"],
            aws_access_key_id=self.where["key"] or None,
            aws_secret_access_key=self.where["secret"] or None,
            config=Config(
                connect_timeout=CONNECT,
                read_timeout=ANSWER,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                # Servers beside Amazon's know the bucket as a path, and not all of them checksums.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Take the name as it is: it is random, and what is there is not written over."""
        return name

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Return its bytes.

        :raises FileNotFoundError: where there is none.
        """
        with self._asked(name):
            told = self.client.head_object(Bucket=self.bucket, Key=name)
        return int(told["ContentLength"])

    def delete(self, name: str) -> None:
        """Delete it, if it is there."""
        with self._asked(name):
            self.client.delete_object(Bucket=self.bucket, Key=name)

    def written_before(self, folder: str, before: datetime) -> Iterator[str]:
        """List the folder, a thousand files a question."""
        pages = self.client.get_paginator("list_objects_v2")
        with self._asked(folder):
            for page in pages.paginate(Bucket=self.bucket, Prefix=f"{folder}/"):
                for each in page.get("Contents", ()):
                    if each["LastModified"] < before:
                        yield each["Key"]

    def _open(self, name: str, mode: str) -> File[bytes]:
        """Fetch all of it before a byte is handed on, so that no answer breaks off."""
        if mode != "rb":
            raise ValueError(mode)
        fetched = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (whoever reads it closes it)
        with self._asked(name):
            body = self.client.get_object(Bucket=self.bucket, Key=name)["Body"]
            copyfileobj(body, fetched)
        fetched.seek(0)
        return File(fetched, name)

    def _save(self, name: str, content: File[bytes]) -> str:
        content.seek(0)
        with self._asked(name):
            self.client.put_object(Bucket=self.bucket, Key=name, Body=content.file, IfNoneMatch="*")
        return name

    @contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        """Say in Python's words what came of a question.

        :raises FileNotFoundError: where there is no such file.
        :raises FileExistsError: where there is one of the name already.
        :raises FilesAway: when it was not answered, or not to us.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as error:
            kind = OF_CODES.get(error.response["Error"]["Code"], FilesAway)
            raise kind(name) from error
        except BotoCoreError as error:
            raise FilesAway(name) from error
