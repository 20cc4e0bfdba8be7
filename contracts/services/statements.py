"""What the sides of a dispute say and hand in: written once, with a fingerprint both can see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Dispute, Exhibit, Remark, Statement
from experts.models import Upload
from experts.services import uploads
from experts.services.uploads import Stored
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money

# So many links and files are the most one side hands in over a whole dispute.
MOST_EXHIBITS = 20
# So often a side may add to what it said.
MOST_ADDITIONS = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What one side says at once: words, a remark per check's position, links and files."""

    text: str
    remarks: Mapping[int, str] = field(default_factory=dict)
    links: Sequence[str] = ()
    files: Sequence[File[bytes]] = ()
    # The same once they lie where private files lie.
    kept: Sequence[Stored] = ()


class NothingWasSaid(DomainError):
    """The other side, and whoever decides, begin with what is said."""

    code = "nothing_was_said"
    status = 422
    sentence = _("Say in your own words what happened.")


class TooManyExhibits(DomainError):
    """The strongest ones are enough, and somebody has to read them."""

    code = "too_many_exhibits"
    status = 422
    sentence = _("Each side can hand in 20 links and files. Leave out the weaker ones.")


class SaidEnough(DomainError):
    """A side cannot bury the other in additions."""

    code = "said_enough"
    sentence = _("Each side can add to its case ten times. You have.")


class LinkRefused(DomainError):
    """Only addresses the others can open in a browser."""

    code = "link_refused"
    status = 422
    sentence = _("Give links that begin with https:// or http://.")


@contextmanager
def stored(told: Told) -> Iterator[Told]:
    """Write the files of what is said, for a transaction that enters them; see `uploads.stored`.

    :raises TooManyExhibits: for more than any side hands in, unread.
    :raises FileRefused: when a file is none of the kinds we take.
    """
    if len(told.files) > MOST_EXHIBITS:
        raise TooManyExhibits
    with uploads.stored(told.files) as kept:
        yield replace(told, kept=kept)


def write(
    dispute: Dispute,
    kind: Statement.Kind,
    side: str,
    told: Told,
    *,
    by: User,
    at: datetime,
    wants: Money | None = None,
) -> Statement:
    """Write down what one side says; the caller has checked who may, and holds the contract.

    :param wants: what the side asks the expert to get, where it says so with this.
    :raises NothingWasSaid: without words.
    :raises TooManyExhibits: when the side has handed in as much as it may.
    :raises SaidEnough: when the side has added as often as it may.
    :raises LinkRefused: when a link is none for a browser.
    """
    if not told.text.strip():
        raise NothingWasSaid
    _refuse_too_much(dispute, kind, side, told)
    kept = [uploads.enter(file, at=at) for file in told.kept]
    checks = {check.position: check for check in dispute.milestone.contract.checks.all()}
    remarks = {place: text for place, text in told.remarks.items() if text and place in checks}
    statement = Statement.objects.create(
        dispute=dispute,
        kind=kind,
        side=side,
        by=by,
        text=told.text,
        digest=digest_of(told.text, wants, remarks, told.links, kept),
        created_at=at,
    )
    Remark.objects.bulk_create(
        Remark(statement=statement, agreed_check=checks[place], text=text)
        for place, text in remarks.items()
    )
    for url in told.links:
        Exhibit.objects.create(statement=statement, url=url)
    for upload in kept:
        Exhibit.objects.create(statement=statement, upload=upload, sha256=upload.sha256)
    return statement


def digest_of(
    text: str,
    wants: Money | None,
    remarks: Mapping[int, str],
    links: Sequence[str],
    kept: Sequence[Upload],
) -> str:
    """Return the SHA-256 of what was said, in the form that docs/disputes.md lays down."""
    said = {
        "checks": [[place, remarks[place]] for place in sorted(remarks)],
        "files": [[upload.name, upload.sha256] for upload in kept],
        "links": list(links),
        "text": text,
        "wants": None if wants is None else wants.minor,
    }
    canonical = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _refuse_too_much(dispute: Dispute, kind: Statement.Kind, side: str, told: Told) -> None:
    own = dispute.statements.filter(side=side)
    additions = own.filter(kind=Statement.Kind.ADDITION).count()
    if kind == Statement.Kind.ADDITION and additions >= MOST_ADDITIONS:
        raise SaidEnough
    there = Exhibit.objects.filter(statement__in=own).count()
    if there + len(told.links) + len(told.kept) > MOST_EXHIBITS:
        raise TooManyExhibits
    if any(urlsplit(url).scheme not in {"http", "https"} for url in told.links):
        raise LinkRefused
