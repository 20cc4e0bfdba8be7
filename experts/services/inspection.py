"""One look at an application from outside: every address is opened once, every file read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from experts.models import Application, Evidence, Upload
from marketplace.kit import egress, wording
from marketplace.kit.egress import Page
from marketplace.kit.errors import DomainError

# As much of a page or a file as we compare and search.
MOST_TEXT = 200_000
READABLE = frozenset({".txt", ".md", ".csv", ".json", ".ipynb"})
TEXT_TYPES = ("text/", "application/json", "application/xml", "application/xhtml+xml")


@dataclass(slots=True)
class Inspection:
    """What is behind the evidence of one application, fetched when it is first asked for."""

    application: Application
    pages: dict[str, Page | DomainError] = field(default_factory=dict)

    def page(self, url: str) -> Page:
        """Return what an address answers.

        :raises DomainError: when we do not open it, or nobody answers.
        """
        if url not in self.pages:
            self.pages[url] = _fetched(url)
        found = self.pages[url]
        if isinstance(found, DomainError):
            raise found
        return found

    def source_text(self, piece: Evidence) -> str:
        """Return the text of a page or a readable file as it was sent; otherwise nothing."""
        if piece.url:
            return self._page_text(piece.url)
        return file_text(piece.upload) if piece.upload else ""

    def visible_text(self, piece: Evidence) -> str:
        """Return what a reader sees of it."""
        text = self.source_text(piece)
        return wording.visible_text(text) if piece.url else text

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text of the application with the name of its place."""
        yield str(_claim_label(self.application)), self.application.claim
        for piece in self.application.evidence.select_related("upload"):
            yield piece.title, f"{piece.claim}\n{self.source_text(piece)}"

    def _page_text(self, url: str) -> str:
        try:
            page = self.page(url)
        except DomainError:
            return ""
        is_text = page.is_found and page.content_type.startswith(TEXT_TYPES)
        return page.body[:MOST_TEXT].decode("utf-8", "replace") if is_text else ""


def file_text(upload: Upload) -> str:
    """Return the text of a clean, readable file; of any other, nothing."""
    is_readable = PurePath(upload.name).suffix.lower() in READABLE
    if upload.status != Upload.Status.CLEAN or not is_readable:
        return ""
    with upload.file.open("rb") as content:
        text: bytes = content.read(MOST_TEXT)
    return text.decode("utf-8", "replace")


def _fetched(url: str) -> Page | DomainError:
    try:
        return egress.fetch(url)
    except DomainError as error:
        return error


def _claim_label(application: Application) -> str:
    return str(application._meta.get_field("claim").verbose_name)
