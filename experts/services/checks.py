"""The life of automatic checks: planned at submission, carried out after it, asked again.

They inform the reviewers and the applicant; no service reads them to decide anything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from experts import policies
from experts.models import Application, Check, Evidence
from experts.models.check import CheckKind
from experts.services import findings
from experts.services.findings import Finding
from experts.services.inspection import Inspection
from marketplace.kit.states import IllegalMove, move_together

log = logging.getLogger(__name__)

# A worker that dies leaves its checks to the next sweep after this long.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
# A check that waits for a person outside is woken by their answer; this is for a lost message.
WAIT = timedelta(hours=6)
SWEEP = 20


@transaction.atomic
def plan(application: Application, *, at: datetime) -> None:
    """Ask every question a submission raises, again those of an earlier one."""
    wanted = set(_questions(application))
    for check in application.checks.select_related("evidence"):
        question = (check.evidence, check.kind)
        if question not in wanted:
            check.delete()
        elif check.status != Check.Status.PENDING:
            _ask_again(check, None, at)
        wanted.discard(question)
    named = Check._meta.get_field("public_id")
    Check.objects.bulk_create(
        Check(
            public_id=named.fresh(),
            application=application,
            evidence=piece,
            kind=kind,
            created_at=at,
            due_at=at,
        )
        for piece, kind in sorted(wanted, key=_place)
    )


def run(application_pk: int, *, at: datetime) -> None:
    """Carry out the checks of one application whose turn it is; a second worker finds none.

    Opens addresses of strangers, so it must not run inside a transaction.
    """
    checks = _claim(application_pk, at)
    if not checks:
        return
    look = Inspection(checks[0].application)
    for check in checks:
        _carry_out(check, look, at)


def run_due(*, at: datetime) -> int:
    """Sweep: carry out what is due, oldest first; return for how many applications."""
    due = Check.objects.filter(status=Check.Status.PENDING, due_at__lte=at).order_by("due_at")
    keys = dict.fromkeys(due.values_list("application", flat=True)[: SWEEP * 10])
    for key in list(keys)[:SWEEP]:
        run(key, at=at)
    return len(keys)


@transaction.atomic
def retry(check: Check, *, by: User, at: datetime) -> Check:
    """Ask one question again.

    :raises PermissionDenied: unless the application is theirs or theirs to review.
    :raises IllegalMove: while it is being asked.
    """
    if not policies.may_retry(by, check.application):
        raise PermissionDenied
    _ask_again(check, by, at)
    return check


@transaction.atomic
def wake(piece: Evidence, kind: str, *, at: datetime) -> None:
    """Let a check that waits for somebody outside look now."""
    pending = Check.objects.filter(evidence=piece, kind=kind, status=Check.Status.PENDING)
    pending.update(due_at=at)


def settle(check: Check, finding: Finding, *, at: datetime) -> None:
    """Write down what a check found; of two workers the first one counts."""
    try:
        with transaction.atomic():
            check.move(finding.verb, by=None, at=at)
            check.sentence, check.proof, check.finished_at = finding.sentence, finding.proof, at
            check.save(update_fields=["sentence", "proof", "finished_at"])
    except IllegalMove:
        log.info("check.settled.before", extra={"check": check.public_id})


@transaction.atomic
def confirm_all(
    application: Application, sentences: Mapping[CheckKind, str], *, at: datetime
) -> Sequence[Check]:
    """Write down that nothing was wrong, with a sentence for each kind of question.

    For loading many applications at once: a few statements instead of some for each question.
    """
    pending = list(application.checks.filter(status=Check.Status.PENDING))
    for check in pending:
        check.sentence, check.finished_at = sentences[CheckKind(check.kind)], at
    Check.objects.bulk_update(pending, ["sentence", "finished_at"])
    return move_together(pending, "confirm", by=None, at=at)


def _questions(application: Application) -> list[tuple[Evidence | None, str]]:
    of_all: list[tuple[Evidence | None, str]] = [
        (None, str(Check.Kind.DUPLICATE)),
        (None, str(Check.Kind.SECRETS)),
    ]
    pieces = application.evidence.all()
    return of_all + [(piece, str(kind)) for piece in pieces for kind in _kinds(piece)]


def _place(question: tuple[Evidence | None, str]) -> tuple[int, str]:
    """Sort the questions about the whole before those about its pieces."""
    piece, kind = question
    return (piece.pk if piece else 0), kind


def _kinds(piece: Evidence) -> list[CheckKind]:
    kind = CheckKind
    if piece.delivery_id:
        return [kind.DELIVERY, kind.DATES]
    if piece.referee_email:
        return [kind.REFERENCE]
    asked = [kind.SNAPSHOT, kind.DATES]
    if piece.url:
        asked.append(kind.LINK)
    if piece.proof:
        asked.append(kind.AUTHORSHIP)
    if piece.kind == Evidence.Kind.EXTERNAL_CERTIFICATE:
        asked.append(kind.CERTIFICATE)
    return asked


def _ask_again(check: Check, by: User | None, at: datetime) -> None:
    check.move("retry", by=by, at=at)
    check.due_at, check.attempts = at, 0
    check.save(update_fields=["due_at", "attempts"])


def _claim(application_pk: int, at: datetime) -> list[Check]:
    """Take the checks whose turn it is by moving their turn on."""
    due = Check.objects.filter(
        application=application_pk, status=Check.Status.PENDING, due_at__lte=at
    )
    taken = [
        pk
        for pk in due.values_list("pk", flat=True)
        if due.filter(pk=pk).update(due_at=at + LEASE, attempts=F("attempts") + 1)
    ]
    rows = Check.objects.filter(pk__in=taken).select_related(
        "application__expert__user", "application__skill", "evidence__upload", "evidence__delivery"
    )
    return list(rows)


def _carry_out(check: Check, look: Inspection, at: datetime) -> None:
    if check.attempts > MOST_ATTEMPTS:
        settle(check, findings.unclear(_("This could not be checked.")), at=at)
        return
    check.application = look.application
    if check.evidence:
        check.evidence.application = look.application
    try:
        finding = findings.answer(check, look, at=at)
    except Exception:  # (a stranger's page may break any reader; the sweep tries again)
        log.exception("check.failed", extra={"check": check.public_id, "kind": check.kind})
        return
    if finding:
        settle(check, finding, at=at)
    else:
        Check.objects.filter(pk=check.pk).update(due_at=at + WAIT, attempts=0)
