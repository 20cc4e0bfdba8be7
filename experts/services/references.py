"""Asks referees by mail and takes their answers; the link in the mail works once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.core.signing import BadSignature
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import emails
from accounts.services import outbox
from experts.models import Application, Reference

SALT = "experts.reference"
ANSWER_WITHIN = timedelta(days=14)
SWEEP = 100


@transaction.atomic
def ask(application: Application, *, at: datetime) -> None:
    """Ask every referee of an application who has not been asked."""
    for piece in application.evidence.exclude(referee_email=""):
        reference, _is_new = Reference.objects.get_or_create(
            evidence=piece, email=piece.referee_email, defaults={"name": piece.referee_name}
        )
        if reference.status == Reference.Status.DRAFT:
            reference.move("ask", by=None, at=at)
            reference.asked_at = at
            reference.save(update_fields=["asked_at"])
            _mail(reference, at)


def token_of(reference: Reference) -> str:
    """Return what the link in the mail carries."""
    return signing.dumps(reference.public_id, salt=SALT)


def by_token(token: str) -> Reference | None:
    """Return the question a link belongs to; nothing for a link that is forged or too old."""
    try:
        public_id = signing.loads(token, salt=SALT, max_age=ANSWER_WITHIN)
    except BadSignature:
        return None
    rows = Reference.objects.select_related("evidence__application__expert__user")
    return rows.filter(public_id=public_id).first()


@transaction.atomic
def answer(reference: Reference, *, is_confirmed: bool, words: str, at: datetime) -> Reference:
    """Take an answer; it cannot be changed afterwards.

    :raises IllegalMove: when it was answered before, or is too old.
    """
    reference.move("confirm" if is_confirmed else "deny", by=None, at=at)
    reference.words, reference.answered_at = words, at
    reference.save(update_fields=["words", "answered_at"])
    return reference


def expire_due(*, at: datetime) -> int:
    """Sweep: give up on answers that did not come in two weeks; return how many."""
    old = Reference.objects.filter(
        status=Reference.Status.ASKED, asked_at__lte=at - ANSWER_WITHIN
    ).order_by("asked_at")
    rows = list(old[:SWEEP])
    for reference in rows:
        reference.move("expire", by=None, at=at)
    return len(rows)


def _mail(reference: Reference, at: datetime) -> None:
    piece = reference.evidence
    named = {
        "applicant": piece.application.expert.name,
        "title": piece.title,
        "claim": piece.claim,
        "share": piece.own_share,
    }
    subject = _("%(applicant)s names you as a reference") % named
    text, html = emails.compose_to(
        reference.name,
        subject=subject,
        body=_(
            "%(applicant)s has applied for a badge and says about “%(title)s”:\n\n%(claim)s\n\n"
            "Their own share: %(share)s%%. Is that right? Yes or no, and a sentence if you like; "
            "you need no account. The link works once, for two weeks. If you do nothing, nothing "
            "is counted for or against them."
        )
        % named,
        url=reverse("experts:reference", args=[token_of(reference)]),
        action=_("Answer yes or no"),
    )
    outbox.post(
        key=f"reference:{reference.public_id}",
        to=reference.email,
        subject=subject,
        text=text,
        html=html,
        at=at,
    )
