"""The answers to the checks: each looks, says one sentence and gives its proof; none decides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.selectors import verified_addresses
from experts import outside
from experts.authorship import code_of
from experts.models import Check, Evidence, Reference, Snapshot
from experts.models.evidence import Proof
from experts.services import duplicates
from experts.services.badges import months_after
from experts.services.inspection import Inspection
from marketplace.kit import leaks
from marketplace.kit.egress import Page
from marketplace.kit.errors import DomainError
from marketplace.kit.words import long_day_text

# HTTP: somebody has to sign in, or the site had a bad moment; a person may see more than we do.
PERHAPS = frozenset({401, 403, 429, *range(500, 600)})
NOT_AN_ADDRESS = "@users.noreply."
# `git format-patch` begins with these two lines; GitHub and GitLab serve it at <commit>.patch.
PATCH_COMMIT = re.compile(rb"\AFrom ([0-9a-f]{7,64}) ")
PATCH_AUTHOR = re.compile(rb"^From: [^\n]*?<?([^\s<>]+@[^\s<>]+)>?\s*$", re.MULTILINE)
PATCH_DATE = re.compile(rb"^Date: ([^\n]+)$", re.MULTILINE)
PATCH_HEAD = 4_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the verb its row moves by, one sentence, and the proof."""

    verb: str
    sentence: str
    proof: dict[str, Any] = field(default_factory=dict)


def confirmed(sentence: str, **proof: Any) -> Finding:
    """It is as the applicant says."""
    return Finding("confirm", sentence, proof)


def failed(sentence: str, **proof: Any) -> Finding:
    """It is not as the applicant says."""
    return Finding("fail", sentence, proof)


def unclear(sentence: str, **proof: Any) -> Finding:
    """We cannot tell; a person looks."""
    return Finding("doubt", sentence, proof)


def answer(check: Check, look: Inspection, *, at: datetime) -> Finding | None:
    """Return what a check finds; nothing while it waits for a person outside."""
    try:
        return ANSWERS[check.kind](check, look, at)
    except DomainError as refusal:
        return failed(str(refusal))


def _link(check: Check, look: Inspection, _at: datetime) -> Finding:
    page = look.page(_piece(check).url)
    proof = {"status": page.status, "url": page.url}
    if page.is_found:
        return confirmed(_("The link answers."), **proof)
    sentence = _("The link answers with the error %(status)s.") % {"status": page.status}
    return (unclear if page.status in PERHAPS else failed)(sentence, **proof)


def _snapshot(check: Check, look: Inspection, at: datetime) -> Finding:
    piece = _piece(check)
    try:
        kept = _kept_page(piece, look, at) if piece.url else _kept_file(piece, at)
    except DomainError:  # the check of the link says so
        kept = None
    if kept is None:
        return unclear(_("There was nothing to keep: the page or file could not be read."))
    proof = {"size": kept.size, "sha256": kept.sha256, "url": kept.url}
    first = Snapshot.objects.filter(
        evidence=piece, taken_at__gte=check.application.submitted_at or at
    ).first()
    if first and first.words_sha256 != kept.words_sha256:
        return unclear(_("It reads differently from what was submitted."), **proof)
    size = number_format(kept.size, force_grouping=True)
    return confirmed(_("%(size)s bytes, fingerprint kept.") % {"size": size}, **proof)


def _kept_page(piece: Evidence, look: Inspection, at: datetime) -> Snapshot | None:
    page = look.page(piece.url)
    if not page.is_found:
        return None
    words = look.visible_text(piece).encode() or page.body
    return Snapshot.objects.create(
        evidence=piece,
        taken_at=at,
        url=page.url[:2_000],
        content_type=page.content_type[:120],
        size=len(page.body),
        sha256=hashlib.sha256(page.body).hexdigest(),
        words_sha256=hashlib.sha256(words).hexdigest(),
    )


def _kept_file(piece: Evidence, at: datetime) -> Snapshot | None:
    upload = piece.upload
    if upload is None:
        return None
    return Snapshot.objects.create(
        evidence=piece,
        taken_at=at,
        size=upload.size,
        sha256=upload.sha256,
        words_sha256=upload.sha256,
    )


def _authorship(check: Check, look: Inspection, at: datetime) -> Finding:
    piece = _piece(check)
    return _commit(piece, look, at) if piece.proof == Proof.COMMIT else _code(piece, look)


def _code(piece: Evidence, look: Inspection) -> Finding:
    url = piece.proof_url or piece.url
    page = look.page(url)
    code = code_of(piece.application)
    if page.is_found and code.encode() in page.body:
        return confirmed(_("The applicant has put our code there."), url=page.url, code=code)
    return failed(_("Our code is not on that page."), url=page.url, status=page.status)


def _commit(piece: Evidence, look: Inspection, _at: datetime) -> Finding:
    page = look.page(f"{piece.proof_url}.patch")
    head = page.body[:PATCH_HEAD]
    commit, author = PATCH_COMMIT.search(head), PATCH_AUTHOR.search(head)
    if not page.is_found or not commit or not author:
        return unclear(_("The commit cannot be read as a patch."), url=page.url, status=page.status)
    proof = {"url": piece.proof_url, "commit": commit[1].decode(), "date": _patch_date(head)}
    address = author[1].decode("ascii", "replace").lower()
    if proof["commit"][:7] not in piece.proof_url:
        return failed(_("The address answers with another commit."), **proof)
    if NOT_AN_ADDRESS in address:
        return unclear(_("The commit hides the address of its author."), **proof)
    if address in verified_addresses(piece.application.expert.user):
        return confirmed(_("The commit is by an address the applicant has verified."), **proof)
    return failed(_("The commit is by an address the applicant has not verified."), **proof)


def _patch_date(head: bytes) -> str:
    found = PATCH_DATE.search(head)
    try:
        return parsedate_to_datetime(found[1].decode()).date().isoformat() if found else ""
    except ValueError:
        return ""


def _reference(check: Check, _look: Inspection, _at: datetime) -> Finding | None:
    piece = _piece(check)
    asked = Reference.objects.filter(evidence=piece, email=piece.referee_email).first()
    if asked is None or asked.status in {Reference.Status.DRAFT, Reference.Status.ASKED}:
        return None
    domain = asked.email.rpartition("@")[2]
    named = {"name": asked.name, "domain": domain}
    proof = {"domain": domain, "words": asked.words}
    if asked.status == Reference.Status.CONFIRMED:
        return confirmed(_("%(name)s (%(domain)s) confirms it.") % named, **proof)
    if asked.status == Reference.Status.DENIED:
        return failed(_("%(name)s (%(domain)s) does not confirm it.") % named, **proof)
    return unclear(_("%(name)s (%(domain)s) has not answered.") % named, **proof)


def _certificate(check: Check, look: Inspection, _at: datetime) -> Finding:
    piece = _piece(check)
    issuer = outside.certificate_issuer(piece.url)
    page = look.page(piece.url)
    name = piece.application.expert.name
    proof = {"issuer": issuer, "url": page.url, "name": name}
    if not page.is_found:
        return failed(_("%(issuer)s shows no such certificate.") % proof, **proof)
    if name.lower() in look.visible_text(piece).lower():
        return confirmed(_("The page of %(issuer)s names %(name)s.") % proof, **proof)
    return unclear(_("Compare the name on the page of %(issuer)s with %(name)s.") % proof, **proof)


def _delivery(check: Check, _look: Inspection, _at: datetime) -> Finding:
    delivery = _piece(check).delivery
    if delivery is None:
        return failed(_("There is no such milestone."))
    day = long_day_text(delivery.released_on)
    sentence = _("Its client released the payment here on %(day)s.") % {"day": day}
    return confirmed(sentence, source=delivery.source, released_on=str(delivery.released_on))


def _dates(check: Check, look: Inspection, at: datetime) -> Finding:
    piece, months = _piece(check), check.application.skill.validity_months
    known = _known_date(piece, look)
    if known is None:
        return unclear(_("Nothing says when this was made."))
    proof = {"date": known.isoformat(), "months": months}
    if months_after(known, months) < at.date():
        sentence = _("Older than the %(months)s months for which a badge in this skill counts.")
        return failed(sentence % proof, **proof)
    return confirmed(_("From %(day)s.") % {"day": long_day_text(known)}, **proof)


def _known_date(piece: Evidence, look: Inspection) -> date | None:
    """Return when it was made: by our books, by its author, or by the server it lies on."""
    if piece.delivery:
        return piece.delivery.released_on
    if piece.made_on or not piece.url:
        return piece.made_on
    try:
        return _last_modified(look.page(piece.url))
    except DomainError:  # the check of the link says so
        return None


def _last_modified(page: Page) -> date | None:
    try:
        return parsedate_to_datetime(page.headers["last-modified"]).date()
    except (KeyError, ValueError):
        return None


def _duplicate(check: Check, look: Inspection, _at: datetime) -> Finding:
    found = duplicates.closest(check.application, look)
    if found is None:
        return confirmed(_("No longer passage is in another application."))
    proof = {
        "application": found.application.public_id,
        "place": found.place,
        "passage": found.passage,
        "words": found.words,
        "jaccard": round(found.jaccard, 3),
    }
    named = {"words": found.words, "place": found.place}
    if found.is_own:
        sentence = _("%(words)s words of “%(place)s” are in another application of theirs.")
        return unclear(sentence % named, **proof)
    sentence = _("%(words)s words of “%(place)s” are in somebody else's application.")
    return failed(sentence % named, **proof)


def _secrets(_check: Check, look: Inspection, _at: datetime) -> Finding:
    found = [(place, leak) for place, text in look.texts() for leak in leaks.find(text)]
    if not found:
        return confirmed(_("No key or token was found."))
    listed = ", ".join(f"{place}: {leak.what} ({leak.masked})" for place, leak in found)
    proof = {"found": [{"place": place, "masked": leak.masked} for place, leak in found]}
    return failed(
        _("It publishes what should stay secret. %(listed)s") % {"listed": listed}, **proof
    )


def _piece(check: Check) -> Evidence:
    assert check.evidence  # noqa: S101 (the plan makes these checks for pieces only)
    return check.evidence


ANSWERS: Mapping[str, Callable[[Check, Inspection, datetime], Finding | None]] = {
    Check.Kind.LINK: _link,
    Check.Kind.SNAPSHOT: _snapshot,
    Check.Kind.AUTHORSHIP: _authorship,
    Check.Kind.REFERENCE: _reference,
    Check.Kind.CERTIFICATE: _certificate,
    Check.Kind.DELIVERY: _delivery,
    Check.Kind.DATES: _dates,
    Check.Kind.DUPLICATE: _duplicate,
    Check.Kind.SECRETS: _secrets,
}
