"""The pieces of evidence of an application: what they show, where they are, whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import outside, policies
from experts.models import Application, Delivery, Evidence
from experts.models.evidence import MOST_EVIDENCE, EvidenceKind, Proof
from experts.models.vetting import EDITABLE_APPLICATIONS
from experts.services import uploads
from experts.services.uploads import Stored
from marketplace.kit.errors import DomainError

# Where each kind may come from; the first is what its form asks for.
SOURCES: Mapping[str, tuple[str, ...]] = {
    EvidenceKind.REPOSITORY: ("url", "file"),
    EvidenceKind.LIVE_DEMO: ("url",),
    EvidenceKind.EVALUATION_REPORT: ("url", "file"),
    EvidenceKind.WRITE_UP: ("url", "file"),
    EvidenceKind.CLIENT_REFERENCE: ("referee_email", "url", "file"),
    EvidenceKind.CONFIRMED_MILESTONE: ("delivery",),
    EvidenceKind.EXTERNAL_CERTIFICATE: ("url",),
}


@dataclass(frozen=True, slots=True)
class Artefact:
    """What an applicant shows, from one source, and their own share of it (1 to 100).

    `before` and `after` are one measured change, as people read it ("14.2%", "0.9%").
    """

    kind: str
    title: str
    claim: str
    own_share: int
    url: str = ""
    file: File[bytes] | None = None
    delivery: Delivery | None = None
    referee_name: str = ""
    referee_email: str = ""
    before: str = ""
    after: str = ""
    made_on: date | None = None

    @property
    def files(self) -> Sequence[File[bytes]]:
        """The file, if it is one."""
        return [self.file] if self.file else []


class EvidenceIsClosed(DomainError):
    """A reviewer may be reading it."""

    code = "evidence_is_closed"
    sentence = _("The evidence cannot be changed while it waits for a decision.")


class TooMuchEvidence(DomainError):
    """The strongest pieces are enough."""

    code = "too_much_evidence"
    sentence = _("Five pieces of evidence are the most. Remove one to add another.")


class NeedsOneSource(DomainError):
    """A piece of evidence is a link or a file, and not both."""

    code = "needs_one_source"
    sentence = _("Give a link or a file, and not both.")


class SourceMissing(DomainError):
    """This kind of evidence comes from somewhere else."""

    code = "source_missing"


class LinkRefused(DomainError):
    """Only addresses a reviewer can open in a browser."""

    code = "link_refused"
    sentence = _("Give a link that begins with https:// or http://.")


class NotAnIssuer(DomainError):
    """A certificate counts where its issuer publishes it, never as a copy."""

    code = "not_an_issuer"
    sentence = _(
        "Give the public https address of the certificate at its issuer, such as Credly or "
        "Coursera. We take no copies of certificates."
    )


class RefereeRefused(DomainError):
    """Somebody whose address shows where they work."""

    code = "referee_refused"


class ProofRefused(DomainError):
    """The proof has to lie in the work it is about."""

    code = "proof_refused"


MISSING: Mapping[str, object] = {
    "url": _("Give the link."),
    "delivery": _("Choose one of your released milestones."),
    "referee_email": _("Give the work address of somebody who can confirm your part."),
}


def add(application: Application, *, artefact: Artefact, by: User, at: datetime) -> Evidence:
    """Add a piece of evidence.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    :raises TooMuchEvidence: when there are five.
    :raises FileRefused: when the file is not one we take.
    :raises DomainError: when the source does not fit the kind, as the classes above say.
    """
    with uploads.stored(artefact.files) as files:
        return _add(application, artefact, files, by=by, at=at)


@transaction.atomic
def _add(
    application: Application,
    artefact: Artefact,
    files: Sequence[Stored],
    *,
    by: User,
    at: datetime,
) -> Evidence:
    _refuse_unless_open(application, by)
    if application.evidence.count() >= MOST_EVIDENCE:
        raise TooMuchEvidence
    piece = Evidence(application=application, created_at=at)
    _write(piece, artefact, files, at)
    return piece


def edit(piece: Evidence, *, artefact: Artefact, by: User, at: datetime) -> Evidence:
    """Change a piece of evidence; without a new source the old one stays.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    :raises DomainError: as for `add`.
    """
    with uploads.stored(artefact.files) as files:
        return _edit(piece, artefact, files, by=by, at=at)


@transaction.atomic
def _edit(
    piece: Evidence, artefact: Artefact, files: Sequence[Stored], *, by: User, at: datetime
) -> Evidence:
    _refuse_unless_open(piece.application, by)
    _write(piece, artefact, files, at)
    return piece


@transaction.atomic
def remove(piece: Evidence, *, by: User, at: datetime) -> None:
    """Remove a piece of evidence and its file.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    """
    _refuse_unless_open(piece.application, by)
    upload = piece.upload
    piece.delete()
    if upload:
        uploads.discard(upload, at=at)


@transaction.atomic
def disclose(application: Application, *, shown: Mapping[Evidence, str], by: User) -> None:
    """Say how much of each piece strangers may see once there is a badge.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    """
    _refuse_unless_open(application, by)
    for piece, choice in shown.items():
        application.evidence.filter(pk=piece.pk).update(shown=choice)


@transaction.atomic
def prove(piece: Evidence, *, proof: str, proof_url: str, by: User) -> Evidence:
    """Say how we can tell that a piece is the applicant's own; no proof takes it back.

    :raises PermissionDenied: unless the application is theirs.
    :raises EvidenceIsClosed: while it waits for a decision, and after it.
    :raises ProofRefused: when the proof does not lie in the piece.
    """
    _refuse_unless_open(piece.application, by)
    if proof:
        _refuse_strange_proof(piece, proof, proof_url)
    piece.proof, piece.proof_url = proof, proof_url if proof else ""
    piece.save(update_fields=["proof", "proof_url"])
    return piece


def _refuse_unless_open(application: Application, by: User) -> None:
    """Hold the application, so that it cannot be submitted half-changed."""
    if not policies.owns(by, application):
        raise PermissionDenied
    held = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    if held.status not in EDITABLE_APPLICATIONS:
        raise EvidenceIsClosed


def _write(piece: Evidence, artefact: Artefact, files: Sequence[Stored], at: datetime) -> None:
    piece.kind, piece.title, piece.claim = artefact.kind, artefact.title, artefact.claim
    piece.own_share, piece.made_on = artefact.own_share, artefact.made_on
    piece.before, piece.after = artefact.before, artefact.after
    former = piece.upload
    _take_source(piece, artefact, files, at)
    piece.save()
    if former and former != piece.upload:
        uploads.discard(former, at=at)


def _take_source(
    piece: Evidence, artefact: Artefact, files: Sequence[Stored], at: datetime
) -> None:
    source = _source(piece, artefact)
    if source == "url":
        _refuse_strange_link(artefact)
    if source == "referee_email":
        _refuse_strange_referee(piece, artefact)
    if source:
        if artefact.url != piece.url:
            piece.proof = piece.proof_url = ""
        piece.url, piece.delivery = artefact.url, artefact.delivery
        piece.referee_email, piece.referee_name = artefact.referee_email, artefact.referee_name
        piece.upload = next((uploads.enter(file, at=at) for file in files), None)


def _source(piece: Evidence, artefact: Artefact) -> str:
    """Return where the piece comes from anew, or nothing when it stays where it was."""
    allowed = SOURCES[artefact.kind]
    given = [
        name for name in ("url", "file", "delivery", "referee_email") if getattr(artefact, name)
    ]
    if len(given) > 1:
        raise NeedsOneSource
    if given and given[0] in allowed:
        return given[0]
    has_old = {"url": piece.url, "file": piece.upload_id, "delivery": piece.delivery_id}
    if not given and any(has_old.get(name) for name in allowed):
        return ""
    if "file" in allowed and allowed[0] == "url":
        raise NeedsOneSource
    raise SourceMissing(str(MISSING[allowed[0]]))


def _refuse_strange_link(artefact: Artefact) -> None:
    if urlsplit(artefact.url).scheme not in {"http", "https"}:
        raise LinkRefused
    is_certificate = artefact.kind == EvidenceKind.EXTERNAL_CERTIFICATE
    if is_certificate and not outside.certificate_issuer(artefact.url):
        raise NotAnIssuer


def _refuse_strange_referee(piece: Evidence, artefact: Artefact) -> None:
    applicant = piece.application.expert.user
    if outside.is_free_mail(artefact.referee_email):
        raise RefereeRefused(_("Give a work address: one of a mail service shows no employer."))
    if artefact.referee_email.lower() == applicant.email.lower():
        raise RefereeRefused(_("Name somebody else: you cannot confirm your own work."))
    if not artefact.referee_name:
        raise RefereeRefused(_("Give the name of the referee; our mail begins with it."))


def _refuse_strange_proof(piece: Evidence, proof: str, proof_url: str) -> None:
    if not piece.url:
        raise ProofRefused(_("Only a link can carry a code or a commit."))
    if proof == Proof.COMMIT and not outside.is_commit_of(proof_url, piece.url):
        raise ProofRefused(_("Give the address of a commit in this repository."))
    if proof_url and not outside.is_within(proof_url, piece.url):
        raise ProofRefused(_("The page with the code has to be part of this link's project."))
