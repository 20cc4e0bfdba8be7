"""The development mailbox: a folder in which every mail that was sent is one file."""

import email
import email.policy
import email.utils
import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SUFFIX = ".eml"
ID = re.compile(r"[\w.@+-]{1,120}")


@dataclass(frozen=True)
class Mail:
    """A mail as the mailbox page shows it."""

    id: str
    sent_at: datetime
    to: str
    subject: str
    text: str
    html: str
    """Empty for a mail of text alone."""


class FolderBackend(BaseEmailBackend):
    """Delivers to MAIL_DIR.

    A file is named after its mail's Message-ID, so a mail that is sent again after a crash, with
    the Message-ID it had, stays one mail here as it does in a real mailbox.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail to the folder; return how many were given."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            _deliver(folder, message)
        return len(email_messages)


def read_mailbox(folder: Path, limit: int = 100) -> list[Mail]:
    """Return the newest mails, newest first."""
    files = sorted(folder.glob(f"*{SUFFIX}"), key=_arrival, reverse=True)
    return [_parsed(file) for file in files[:limit]]


def read_mail(folder: Path, id: str) -> Mail | None:
    """Return one mail; None when there is none of this id, or the id is none."""
    file = folder / f"{id}{SUFFIX}"
    return _parsed(file) if ID.fullmatch(id) and file.exists() else None


def _deliver(folder: Path, message: EmailMessage) -> None:
    content = message.message()
    file = folder / f"{_id_of(str(content['Message-ID']))}{SUFFIX}"
    if file.exists():
        return
    # Whoever reads the folder meanwhile sees the whole mail or none.
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
        unfinished.write(content.as_bytes())
    Path(unfinished.name).rename(file)


def _id_of(message_id: str) -> str:
    """Return a file name for any Message-ID: its readable part, and a digest to tell all apart."""
    readable = re.sub(r"[^\w.@+-]", "-", message_id.strip("<>"), flags=re.ASCII)[:80]
    return f"{readable}-{hashlib.sha256(message_id.encode()).hexdigest()[:12]}"


def _arrival(file: Path) -> tuple[int, str]:
    return file.stat().st_mtime_ns, file.name


def _parsed(file: Path) -> Mail:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Mail(
        id=file.stem,
        sent_at=arrived,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: ParsedMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""
