"""Decisions: an uninvolved person says what the expert gets and why; one appeal to another one.

The money waits for the end of the time to appeal, because what has left cannot be called back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import policies
from contracts.models import Decision, Dispute, Finding, Statement
from contracts.models.dispute import APPEAL_WITHIN, DECIDE_WITHIN, WITH_STAFF
from contracts.selectors import conflicts
from contracts.services import awards, disputes, statements
from contracts.services.disputes import WishOutOfRange
from contracts.services.statements import Told
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

Status = Dispute.Status
# Whoever takes a dispute and lets it lie so long may be relieved by another.
TAKEN_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about one agreed check."""

    verdict: str
    reason: str


class HasAConflict(DomainError):
    """Something stands between this person and one of the sides."""

    status = 403
    code = "conflict_of_interest"


class IsTaken(DomainError):
    """One person at a time works on a dispute."""

    code = "dispute_is_taken"
    sentence = _("Somebody else has taken this dispute. Reload to see who.")


class ReasonMissing(DomainError):
    """Both sides read why, for every agreed check."""

    code = "reason_missing"
    status = 422
    sentence = _("Give a verdict and a reason for every agreed check, and one for the whole.")


@transaction.atomic
def take(dispute: Dispute, *, by: User, at: datetime) -> Dispute:
    """Take a dispute that waits for a decision; of two who try, one gets it.

    :raises PermissionDenied: unless `by` decides disputes.
    :raises HasAConflict: when they have to do with one of the sides, or decided before.
    :raises IllegalMove: unless it waits for a decision.
    :raises IsTaken: while somebody else has it, or a decision waits for its second person.
    """
    dispute = _held_by_staff(dispute, by, at)
    is_let_lie = dispute.taken_at is not None and dispute.taken_at + TAKEN_FOR <= at
    if dispute.decider_id not in {None, by.pk} and not is_let_lie:
        raise IsTaken
    if dispute.decisions.filter(status=Decision.Status.PROPOSED).exists():
        raise IsTaken
    dispute.decider, dispute.taken_at = by, at
    dispute.save(update_fields=["decider", "taken_at"])
    return dispute


@transaction.atomic
def hand_back(dispute: Dispute, *, by: User, at: datetime) -> Dispute:
    """Give a dispute back to the desk, undecided.

    :raises PermissionDenied: unless `by` has it.
    """
    dispute = _held_by_staff(dispute, by, at)
    if dispute.decider_id != by.pk:
        raise PermissionDenied
    dispute.decider = dispute.taken_at = None
    dispute.save(update_fields=["decider", "taken_at"])
    return dispute


@transaction.atomic
def decide(
    dispute: Dispute,
    *,
    award: Money,
    found: Mapping[int, Found],
    reason: str,
    public_text: str,
    by: User,
    at: datetime,
) -> Decision:
    """Decide what the expert gets, with reasons; above the limit a second person has to confirm.

    :param found: by the position of each agreed check.
    :raises PermissionDenied: unless `by` has taken the dispute.
    :raises HasAConflict: when they have come to have to do with one of the sides.
    :raises IllegalMove: unless it waits for a decision.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises WishOutOfRange: unless the award is within what is frozen.
    :raises ReasonMissing: when a check or the whole is left without a reason.
    """
    dispute = _held_by_staff(dispute, by, at)
    if dispute.decider_id != by.pk:
        raise PermissionDenied
    disputes.refuse_suspended(dispute)
    if not 0 <= award.minor <= dispute.amount_minor:
        raise WishOutOfRange
    decision = Decision(
        dispute=dispute,
        round=2 if dispute.status == Status.APPEALED else 1,
        award_minor=award.minor,
        reason=reason.strip(),
        public_text=public_text.strip(),
        by=by,
        needs_two=needs_two(dispute),
        created_at=at,
    )
    _write(decision, found)
    dispute.decider = dispute.taken_at = None
    dispute.save(update_fields=["decider", "taken_at"])
    if decision.needs_two:
        decision.move("propose", by=by, at=at)
        return decision
    return _give(decision, "give", by=by, at=at)


def needs_two(dispute: Dispute) -> bool:
    """Whether so much is frozen that two persons have to agree on what happens to it."""
    return dispute.amount_minor > settings.DISPUTE_TWO_PERSONS_MINOR


@transaction.atomic
def confirm(decision: Decision, *, by: User, at: datetime) -> Decision:
    """Agree, as the second person, to what the first one decided.

    :raises PermissionDenied: unless `by` decides disputes and is not the first person.
    :raises HasAConflict: when they have to do with one of the sides, or decided before.
    :raises IllegalMove: unless it waits for a second person.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    """
    decision = _held_as_second(decision, "confirm", by, at)
    decision.second = by
    decision.save(update_fields=["second"])
    return _give(decision, "confirm", by=by, at=at)


@transaction.atomic
def send_back(decision: Decision, *, note: str, by: User, at: datetime) -> Decision:
    """Disagree as the second person, with a note; somebody takes the dispute anew.

    :raises PermissionDenied: unless `by` decides disputes and is not the first person.
    :raises HasAConflict: when they have to do with one of the sides, or decided before.
    :raises IllegalMove: unless it waits for a second person.
    :raises ReasonMissing: without a note.
    """
    decision = _held_as_second(decision, "send_back", by, at)
    if not note.strip():
        raise ReasonMissing(_("Say what the first person should look at again."))
    decision.second = by
    decision.save(update_fields=["second"])
    decision.move("send_back", by=by, at=at, reason=note.strip())
    return decision


def appeal(dispute: Dispute, *, told: Told, by: User, at: datetime) -> Dispute:
    """Ask for another decision by another person; it is final.

    :raises PermissionDenied: unless `by` may speak for a side.
    :raises IllegalMove: unless it is decided, and not yet final.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises DomainError: when what is said or handed in is refused, as for `statements.write`.
    """
    with statements.stored(told) as ready:
        return _appeal(dispute, told=ready, by=by, at=at)


@transaction.atomic
def _appeal(dispute: Dispute, *, told: Told, by: User, at: datetime) -> Dispute:
    dispute = disputes.hold(dispute)
    side = disputes.side_that_may_speak(by, dispute.milestone.contract)
    if not dispute.may("appeal"):
        raise IllegalMove
    disputes.refuse_suspended(dispute)
    statements.write(dispute, Statement.Kind.APPEAL, side, told, by=by, at=at)
    dispute.due_at = at + DECIDE_WITHIN
    dispute.save(update_fields=["due_at"])
    dispute.move("appeal", by=by, at=at)
    return dispute


@transaction.atomic
def finish(dispute: Dispute, *, at: datetime) -> Dispute | None:
    """Carry out a decision nobody appealed in time, if that is so by now."""
    dispute = disputes.hold(dispute)
    award = dispute.award
    if award is None or not disputes.is_due(dispute, "finish", at):
        return None
    return awards.give(
        dispute, award, verb="finish", outcome=Dispute.Outcome.DECIDED, by=None, at=at
    )


def end_phase(dispute: Dispute, *, at: datetime) -> None:
    """Do what the end of the present phase brings, if it has come by now."""
    if end := ENDS.get(dispute.status):
        end(dispute, at=at)


ENDS: Mapping[str, Callable[..., Dispute | None]] = {
    Status.OPEN: disputes.grant_unanswered,
    Status.ANSWERED: disputes.send_to_staff,
    Status.SETTLING: disputes.send_to_staff,
    Status.DECIDED: finish,
}


def _give(decision: Decision, verb: str, *, by: User, at: datetime) -> Decision:
    """Let a decision stand: the first begins the time to appeal, the second ends the dispute."""
    dispute = decision.dispute
    decision.given_at = at
    decision.save(update_fields=["given_at"])
    decision.move(verb, by=by, at=at)
    if decision.is_on_appeal:
        on_appeal = Dispute.Outcome.ON_APPEAL
        awards.give(dispute, decision.award, verb="decide_appeal", outcome=on_appeal, by=by, at=at)
        return decision
    dispute.award_minor, dispute.due_at = decision.award_minor, at + APPEAL_WITHIN
    dispute.save(update_fields=["award_minor", "due_at"])
    dispute.move("decide", by=by, at=at)
    return decision


def _write(decision: Decision, found: Mapping[int, Found]) -> None:
    checks = list(decision.dispute.milestone.contract.checks.all())
    lines = [(check, found.get(check.position)) for check in checks]
    is_complete = all(line and line.verdict and line.reason.strip() for _check, line in lines)
    if not is_complete or not decision.reason or not decision.public_text:
        raise ReasonMissing
    decision.save()
    Finding.objects.bulk_create(
        Finding(
            decision=decision,
            agreed_check=check,
            verdict=line.verdict,
            reason=line.reason.strip(),
        )
        for check, line in lines
        if line
    )


def _held_by_staff(dispute: Dispute, by: User, at: datetime) -> Dispute:
    """Take the lock for somebody of our staff who may work on a dispute that waits for them."""
    dispute = disputes.hold(dispute)
    if not policies.may_decide(by):
        raise PermissionDenied
    if dispute.status not in WITH_STAFF:
        raise IllegalMove
    _refuse_conflict(dispute, by, at)
    return dispute


def _held_as_second(decision: Decision, verb: str, by: User, at: datetime) -> Decision:
    dispute = _held_by_staff(decision.dispute, by, at)
    decision = Decision.objects.get(pk=decision.pk)
    decision.dispute = dispute
    if not policies.may_confirm(by, decision):
        raise PermissionDenied
    if not decision.may(verb):
        raise IllegalMove
    disputes.refuse_suspended(dispute)
    return decision


def _refuse_conflict(dispute: Dispute, by: User, at: datetime) -> None:
    if reason := conflicts.conflict_of(by, dispute, at=at):
        raise HasAConflict(conflicts.WORDS[reason])
