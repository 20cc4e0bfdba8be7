"""What we say to a client's bank about a chargeback: decided in one transaction, sent outside it.

If nobody acts, the evidence as it is put together is sent a day before the bank takes none any
more. To give a chargeback up takes two persons above a limit.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import gateway
from contracts.models import Answer, Chargeback
from contracts.models.chargeback import OPEN
from contracts.services import chargeback_notices, chargebacks, contracts, evidence_packs
from contracts.services.chargebacks import Seen
from contracts.services.clawbacks import SecondPersonNeeded
from marketplace.kit.errors import DomainError

log = logging.getLogger(__name__)

Kind = Answer.Kind
Status = Answer.Status
# Hours before the end when our staff are asked for an answer, nearest first.
REMINDERS = (24, 72)
# What nobody has answered by then is answered with the evidence we have.
LAST_MOMENT = timedelta(hours=24)
LEASE = timedelta(seconds=120)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


class NothingToAnswer(DomainError):
    """The bank has our answer, or has decided."""

    code = "nothing_to_answer"
    sentence = _("The bank takes no answer to this any more.")


class AnswerIsDecided(DomainError):
    """Another answer is on its way, or waits for a second person."""

    code = "answer_is_decided"
    sentence = _("An answer to this has been decided already.")


# --- Deciding


@transaction.atomic
def submit(chargeback: Chargeback, *, note: str, by: User, at: datetime) -> Answer:
    """Answer with the evidence there is, and what our staff add to it; the bank reads it once.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises NothingToAnswer: if the bank takes no answer.
    :raises AnswerIsDecided: if another is under way.
    """
    chargeback = _held(chargeback, by)
    return _decide_evidence(chargeback, note=note, by=by, at=at)


@transaction.atomic
def accept(chargeback: Chargeback, *, reason: str, by: User, at: datetime) -> Answer:
    """Give a chargeback up; above a limit a second person has to confirm it.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises NothingToAnswer: if the bank takes no answer.
    :raises AnswerIsDecided: if another is under way.
    """
    chargeback = _held(chargeback, by)
    needs_two = chargeback.amount_minor > settings.MONEY_TWO_PERSONS_MINOR
    answer = _draft(chargeback, Kind.ACCEPTANCE, {}, reason, by=by, at=at, needs_two=needs_two)
    answer.move("propose" if needs_two else "decide", by=by, at=at, reason=reason)
    return answer


@transaction.atomic
def confirm(answer: Answer, *, by: User, at: datetime) -> Answer:
    """Agree, as the second person, to give a chargeback up.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises SecondPersonNeeded: if `by` is the first person.
    :raises IllegalMove: unless it waits for a second person.
    """
    _held(answer.chargeback, by)
    if answer.by_id == by.pk:
        raise SecondPersonNeeded
    answer.second = by
    answer.save(update_fields=["second"])
    answer.move("confirm", by=by, at=at)
    return answer


@transaction.atomic
def drop(answer: Answer, *, by: User, at: datetime) -> Answer:
    """Do not give it up after all.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    :raises IllegalMove: unless it waits for a second person.
    """
    _held(answer.chargeback, by)
    answer.move("drop", by=by, at=at)
    return answer


def _held(chargeback: Chargeback, by: User) -> Chargeback:
    contracts.hold(chargeback.contract)
    contracts.refuse_all_but_finance(by, chargeback.contract)
    return _fresh(chargeback)


def _fresh(chargeback: Chargeback) -> Chargeback:
    related = Chargeback.objects.select_related(
        "payment__by", "payment__milestone__contract__organisation"
    )
    return related.get(pk=chargeback.pk)


def _decide_evidence(chargeback: Chargeback, *, note: str, by: User | None, at: datetime) -> Answer:
    evidence = evidence_packs.as_sent(evidence_packs.assemble(chargeback, note=note))
    answer = _draft(chargeback, Kind.EVIDENCE, dict(evidence), note, by=by, at=at, needs_two=False)
    answer.move("decide", by=by, at=at)
    return answer


def _draft(
    chargeback: Chargeback,
    kind: Answer.Kind,
    evidence: dict[str, str],
    note: str,
    *,
    by: User | None,
    at: datetime,
    needs_two: bool,
) -> Answer:
    if not chargeback.is_answerable:
        raise NothingToAnswer
    if chargeback.answers.filter(status__in=(Status.PROPOSED, Status.DECIDED)).exists():
        raise AnswerIsDecided
    return Answer.objects.create(
        chargeback=chargeback,
        kind=kind,
        evidence=evidence,
        note=note,
        by=by,
        needs_two=needs_two,
        created_at=at,
        due_at=at,
    )


# --- When nobody does


def remind(*, at: datetime) -> None:
    """Ask our staff for the answers that are due soon; each reminder goes out once."""
    for chargeback in _waiting(at + timedelta(hours=max(REMINDERS))):
        assert chargeback.due_at  # noqa: S101 (filtered by it)
        left = chargeback.due_at - at
        hours = next(hours for hours in REMINDERS if left <= timedelta(hours=hours))
        chargeback_notices.answer_is_due(chargeback, hours, at)


def unanswered(*, at: datetime) -> list[int]:
    """Return the keys of chargebacks that are answered now because nobody has."""
    return [row.pk for row in _waiting(at + LAST_MOMENT)]


@transaction.atomic
def answer_unanswered(chargeback: Chargeback, *, at: datetime) -> Answer | None:
    """Send the evidence there is, if it is still so that nobody has answered.

    A wish to give it up that no second person has confirmed is dropped.
    """
    contracts.hold(chargeback.contract)
    chargeback = _fresh(chargeback)
    if not chargeback.is_answerable or not chargeback.due_at:
        return None
    if (
        chargeback.due_at > at + LAST_MOMENT
        or chargeback.answers.filter(status=Status.DECIDED).exists()
    ):
        return None
    for proposed in chargeback.answers.filter(status=Status.PROPOSED):
        proposed.move("drop", by=None, at=at)
    return _decide_evidence(chargeback, note="", by=None, at=at)


def _waiting(until: datetime) -> list[Chargeback]:
    rows = Chargeback.objects.filter(status__in=OPEN, answered_at=None, due_at__lte=until)
    rows = rows.exclude(answers__status=Status.DECIDED).order_by("due_at")
    related = rows.select_related("payment__milestone__contract__expert__user")
    return [row for row in related if row.is_answerable]


# --- Sending


def due(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of answers somebody should send now."""
    rows = Answer.objects.filter(status=Status.DECIDED, due_at__lte=at).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def send(answer_pk: int, *, at: datetime) -> None:
    """Send one answer, if it is due; a second worker finds nothing to do."""
    answer = _claim(answer_pk, at)
    if answer is None:
        return
    try:
        seen = chargebacks.seen_as(_said(answer))
    except gateway.Overtaken as error:
        _overtaken(answer, error, at)
    except gateway.GatewayError as error:
        _not_sent(answer, error, at)
    else:
        _settle(answer, seen, at)


@transaction.atomic
def _claim(answer_pk: int, at: datetime) -> Answer | None:
    rows = Answer.objects.select_for_update(skip_locked=True, of=("self",))
    due_now = rows.filter(pk=answer_pk, status=Status.DECIDED, due_at__lte=at)
    answer = due_now.select_related("chargeback__payment__milestone__contract").first()
    if answer:
        answer.due_at = at + LEASE
        answer.sends += 1
        answer.save(update_fields=["due_at", "sends"])
    return answer


def _said(answer: Answer) -> gateway.Chargeback:
    provider, dispute = gateway.provider(), answer.chargeback.stripe_id
    if answer.kind == Kind.ACCEPTANCE:
        return provider.accept_chargeback(dispute, key=answer.key)
    return provider.answer_chargeback(dispute, answer.evidence, key=answer.key)


@transaction.atomic
def _settle(answer: Answer, seen: Seen, at: datetime) -> None:
    contracts.hold(answer.chargeback.contract)
    answer.refresh_from_db()
    if answer.may("send"):
        answer.error_code = ""
        answer.save(update_fields=["error_code"])
        answer.move("send", by=None, at=at)
    chargebacks.settle(answer.chargeback.payment, seen, at=at)


@transaction.atomic
def _overtaken(answer: Answer, error: gateway.GatewayError, at: datetime) -> None:
    answer = Answer.objects.select_for_update(no_key=True, of=("self",)).get(pk=answer.pk)
    if answer.may("overtake"):
        answer.move("overtake", by=None, at=at, reason=error.code)


@transaction.atomic
def _not_sent(answer: Answer, error: gateway.GatewayError, at: datetime) -> None:
    """Try again later; our staff hear of a refusal, since the clock runs."""
    wait = min(FIRST_WAIT * 2 ** min(answer.sends - 1, 10), LONGEST_WAIT)
    Answer.objects.filter(pk=answer.pk).update(due_at=at + wait, error_code=error.code)
    log.warning("answer.not_sent", extra={"answer": answer.pk, "code": error.code})
    if not isinstance(error, gateway.Unavailable):
        log.error("answer.refused", extra={"answer": answer.pk, "code": error.code})
        chargeback_notices.answer_was_refused(answer, at)
