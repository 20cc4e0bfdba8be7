"""Disputes: one side opens, the other answers, both may agree, and silence has its price.

Every verb takes the contract's row first, so two of them never overlap. The clock is a column: a
phase ends when the sweep finds its end passed, and until then the verbs of the phase are open.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, Dispute, Milestone, Statement
from contracts.models.dispute import (
    ANSWER_WITHIN,
    BETWEEN_THE_SIDES,
    DECIDE_WITHIN,
    SETTLE_WITHIN,
    Side,
)
from contracts.services import awards, contracts, dispute_notices, statements
from contracts.services.statements import Told
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

Status = Dispute.Status
# So often one side may open a dispute on one milestone: a dispute that is withdrawn and opened anew
# holds the money back without an end.
MOST_PER_SIDE = 2
# How long before the end of a phase those who can act in it are reminded.
REMIND_BEFORE = timedelta(days=1)
# Where the work goes on when a dispute is withdrawn.
RESUMES = {
    Milestone.Status.FUNDED: "resume_work",
    Milestone.Status.SUBMITTED: "resume_review",
    Milestone.Status.CHANGES_ASKED: "resume_changes",
}


class WishOutOfRange(DomainError):
    """The two parts have to add up to what is held."""

    code = "wish_out_of_range"
    status = 422
    sentence = _("Enter an amount for the expert between zero and what is held.")


class OpenedTooOften(DomainError):
    """Opening and withdrawing again and again would hold the money for ever."""

    code = "opened_too_often"
    sentence = _(
        "Your side has opened two disputes on this milestone. A third one is not possible."
    )


class SameAsTheirs(DomainError):
    """Asking for what the other side asks for is agreeing to it."""

    code = "same_as_theirs"
    status = 422
    sentence = _("That is what the other side asks for. Agree to it, and the money moves now.")


class DisputeIsSuspended(DomainError):
    """While a bank takes the payment back, there may soon be nothing to dispute."""

    code = "dispute_is_suspended"
    sentence = _(
        "The client's bank is looking at this payment. The dispute stands still meanwhile."
    )


class CaseIsClosed(DomainError):
    """Whoever decides has the file; it does not change under their eyes."""

    code = "case_is_closed"
    sentence = _("Nothing can be added while somebody decides, or once it is over.")


def open_on(milestone: Milestone, *, wants: Money, told: Told, by: User, at: datetime) -> Dispute:
    """Open a dispute on a milestone: what is held for it freezes, the other side has three days.

    :param wants: what the opener asks the expert to get; the rest is for the client.
    :raises PermissionDenied: unless `by` is the expert, or hires or pays for the client.
    :raises IllegalMove: unless money is held for the milestone and nothing is disputed yet.
    :raises WishOutOfRange: unless the wish is within what is held.
    :raises OpenedTooOften: when this side has opened two on it.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises DomainError: when what is said or handed in is refused, as for `statements.write`.
    """
    with statements.stored(told) as ready:
        return _open_on(milestone, wants=wants, told=ready, by=by, at=at)


@transaction.atomic
def _open_on(milestone: Milestone, *, wants: Money, told: Told, by: User, at: datetime) -> Dispute:
    contract = contracts.hold_unfrozen(milestone.contract)
    side = side_that_may_speak(by, contract)
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    if not milestone.may("dispute"):
        raise IllegalMove
    opened = milestone.disputes.filter(opener=side).exclude(status=Status.VOID)
    if opened.count() >= MOST_PER_SIDE:
        raise OpenedTooOften
    dispute = Dispute(
        milestone=milestone,
        opener=side,
        opened_by=by,
        amount_minor=milestone.held.minor,
        claim_minor=wants.minor,
        created_at=at,
        due_at=at + ANSWER_WITHIN,
    )
    _refuse_out_of_range(dispute, wants)
    milestone.review_due_at = None
    milestone.save(update_fields=["review_due_at"])
    milestone.move("dispute", by=by, at=at)
    dispute.save()
    statements.write(dispute, Statement.Kind.CLAIM, side, told, wants=wants, by=by, at=at)
    dispute.move("open", by=by, at=at)
    return dispute


def answer(dispute: Dispute, *, wants: Money, told: Told, by: User, at: datetime) -> Dispute:
    """Answer a dispute; both sides then have four days to settle it between themselves.

    :param wants: what this side asks the expert to get.
    :raises PermissionDenied: unless `by` is of the side that did not open it, and may speak for it.
    :raises IllegalMove: unless it waits for an answer.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises WishOutOfRange: unless the wish is within what is frozen.
    :raises SameAsTheirs: when both ask for the same.
    :raises DomainError: when what is said or handed in is refused, as for `statements.write`.
    """
    with statements.stored(told) as ready:
        return _answer(dispute, wants=wants, told=ready, by=by, at=at)


@transaction.atomic
def _answer(dispute: Dispute, *, wants: Money, told: Told, by: User, at: datetime) -> Dispute:
    dispute = hold(dispute)
    if side_that_may_speak(by, dispute.milestone.contract) != dispute.other_side:
        raise PermissionDenied
    _refuse_move(dispute, "answer")
    _refuse_out_of_range(dispute, wants)
    if wants == dispute.claim:
        raise SameAsTheirs
    statements.write(
        dispute, Statement.Kind.ANSWER, dispute.other_side, told, wants=wants, by=by, at=at
    )
    dispute.answer_minor, dispute.due_at = wants.minor, at + SETTLE_WITHIN
    dispute.save(update_fields=["answer_minor", "due_at"])
    dispute.move("answer", by=by, at=at)
    return dispute


def add(dispute: Dispute, *, told: Told, by: User, at: datetime) -> Statement:
    """Add words, links and files to one's side, until somebody decides.

    :raises PermissionDenied: unless `by` may speak for a side.
    :raises CaseIsClosed: while somebody decides, and when it is over.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises DomainError: when what is said or handed in is refused, as for `statements.write`.
    """
    with statements.stored(told) as ready:
        return _add(dispute, told=ready, by=by, at=at)


@transaction.atomic
def _add(dispute: Dispute, *, told: Told, by: User, at: datetime) -> Statement:
    dispute = hold(dispute)
    side = side_that_may_speak(by, dispute.milestone.contract)
    if not takes_more(dispute):
        raise CaseIsClosed
    refuse_suspended(dispute)
    return statements.write(dispute, Statement.Kind.ADDITION, side, told, by=by, at=at)


def takes_more(dispute: Dispute) -> bool:
    """Whether the sides may still add to the file: until somebody has taken it to decide."""
    is_between = dispute.status in {Status.OPEN, *BETWEEN_THE_SIDES}
    return is_between or (dispute.status == Status.APPEALED and dispute.decider_id is None)


@transaction.atomic
def concede(dispute: Dispute, *, by: User, at: datetime) -> Dispute:
    """Agree to what the other side asks for: the money moves now, and it is over.

    :raises PermissionDenied: unless `by` is the expert or moves money for the client.
    :raises IllegalMove: when the other side asks for nothing yet, or staff have decided.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    dispute = hold(dispute)
    side = side_that_may_settle(by, dispute.milestone.contract)
    theirs = dispute.wish_of(Side.CLIENT if side == Side.EXPERT else Side.EXPERT)
    if theirs is None:
        raise IllegalMove
    _refuse_move(dispute, "concede")
    return awards.give(
        dispute, theirs, verb="concede", outcome=Dispute.Outcome.CONCEDED, by=by, at=at
    )


@transaction.atomic
def withdraw(dispute: Dispute, *, by: User, at: datetime) -> Dispute:
    """Take a dispute back: the milestone is where it was, with a new review window.

    :raises PermissionDenied: unless `by` may speak for the side that opened it.
    :raises IllegalMove: once it is decided, or over.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    """
    dispute = hold(dispute)
    if side_that_may_speak(by, dispute.milestone.contract) != dispute.opener:
        raise PermissionDenied
    _refuse_move(dispute, "withdraw")
    dispute.ended_at = at
    dispute.save(update_fields=["ended_at"])
    dispute.move("withdraw", by=by, at=at)
    awards.put_away(dispute, by=by, at=at)
    _let_work_go_on(dispute.milestone, by=by, at=at)
    return dispute


# --- Time passes


def due(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of disputes whose present phase is over, the longest overdue first."""
    ends_by_itself = (Status.OPEN, *BETWEEN_THE_SIDES, Status.DECIDED)
    rows = Dispute.objects.filter(status__in=ends_by_itself, due_at__lte=at, suspended_at=None)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def grant_unanswered(dispute: Dispute, *, at: datetime) -> Dispute | None:
    """Grant the claim of a dispute nobody answered in time, if that is so by now."""
    dispute = hold(dispute)
    if not is_due(dispute, "grant_unanswered", at):
        return None
    return awards.give(
        dispute,
        dispute.claim,
        verb="grant_unanswered",
        outcome=Dispute.Outcome.UNANSWERED,
        by=None,
        at=at,
    )


@transaction.atomic
def send_to_staff(dispute: Dispute, *, at: datetime) -> Dispute | None:
    """Pass a dispute nobody settled in time on to our staff, if that is so by now."""
    dispute = hold(dispute)
    if not is_due(dispute, "send_to_staff", at):
        return None
    dispute.due_at = at + DECIDE_WITHIN
    dispute.save(update_fields=["due_at"])
    dispute.move("send_to_staff", by=None, at=at)
    return dispute


def is_due(dispute: Dispute, verb: str, at: datetime) -> bool:
    """Whether time makes this move now; a frozen contract's money waits."""
    is_frozen = dispute.milestone.contract.is_frozen
    return dispute.may(verb) and dispute.is_overdue(at) and not is_frozen


def remind(*, at: datetime) -> None:
    """Remind those who can still act in a phase that ends within a day; once a phase."""
    open_to_sides = (Status.OPEN, *BETWEEN_THE_SIDES, Status.DECIDED)
    soon = Dispute.objects.filter(
        status__in=open_to_sides,
        due_at__gt=at,
        due_at__lte=at + REMIND_BEFORE,
        suspended_at=None,
    )
    related = "milestone__contract__organisation", "milestone__contract__expert__user"
    for dispute in soon.select_related(*related):
        dispute_notices.phase_ends_soon(dispute, at)


# --- A bank takes the payment back


@transaction.atomic
def suspend(milestone: Milestone, *, at: datetime) -> Dispute | None:
    """Stop the clock of a milestone's dispute while a bank looks at its payment.

    Without an open dispute, or when it stands still already, this is nothing.
    """
    contracts.hold(milestone.contract)
    dispute = milestone.disputes.going_on().filter(suspended_at=None).first()
    if dispute is None:
        return None
    dispute.suspended_at = at
    dispute.save(update_fields=["suspended_at"])
    dispute_notices.was_suspended(dispute, at)
    return dispute


@transaction.atomic
def resume(milestone: Milestone, *, at: datetime) -> Dispute | None:
    """Let the clock of a suspended dispute run on with the time that was left."""
    contracts.hold(milestone.contract)
    dispute = milestone.disputes.going_on().filter(suspended_at__isnull=False).first()
    if dispute is None or dispute.suspended_at is None or dispute.due_at is None:
        return None
    dispute.due_at += at - dispute.suspended_at
    dispute.suspended_at = None
    dispute.save(update_fields=["due_at", "suspended_at"])
    dispute_notices.was_resumed(dispute, at)
    return dispute


@transaction.atomic
def void(milestone: Milestone, *, at: datetime) -> Dispute | None:
    """End the dispute of a milestone whose money the bank took: there is nothing left to award."""
    contracts.hold(milestone.contract)
    dispute = milestone.disputes.going_on().first()
    if dispute is None:
        return None
    dispute.ended_at = at
    dispute.save(update_fields=["ended_at"])
    dispute.move("void", by=None, at=at)
    awards.put_away(dispute, by=None, at=at)
    return dispute


@transaction.atomic
def start_over(milestone: Milestone, *, at: datetime) -> Dispute | None:
    """End the dispute of a milestone of whose money a part went another way, or came back.

    The work goes on with what is held now, and both sides may dispute that anew.
    """
    dispute = void(milestone, at=at)
    if dispute:
        _let_work_go_on(milestone, by=None, at=at)
    return dispute


# --- What the verbs of all phases share


def hold(dispute: Dispute) -> Dispute:
    """Take the contract's row, the first lock of every verb, and see the dispute afresh."""
    contracts.hold(dispute.milestone.contract)
    related = "milestone__contract__organisation", "milestone__contract__expert__user"
    return Dispute.objects.select_related(*related).get(pk=dispute.pk)


def side_that_may_speak(user: User, contract: Contract) -> str:
    """Return for which side this person opens, answers and appeals.

    :raises PermissionDenied: when for none.
    """
    if not policies.may_dispute(user, membership(user, contract.organisation), contract):
        raise PermissionDenied
    return Side.EXPERT if policies.is_expert_of(user, contract) else Side.CLIENT


def side_that_may_settle(user: User, contract: Contract) -> str:
    """Return for which side this person agrees to an amount.

    :raises PermissionDenied: when for none.
    """
    if not policies.may_settle(user, membership(user, contract.organisation), contract):
        raise PermissionDenied
    return Side.EXPERT if policies.is_expert_of(user, contract) else Side.CLIENT


def refuse_suspended(dispute: Dispute) -> None:
    """Let nothing happen while a bank looks at the payment.

    :raises DisputeIsSuspended: then.
    """
    if dispute.suspended_at is not None:
        raise DisputeIsSuspended


def _refuse_move(dispute: Dispute, verb: str) -> None:
    if not dispute.may(verb):
        raise IllegalMove
    refuse_suspended(dispute)


def _refuse_out_of_range(dispute: Dispute, wants: Money) -> None:
    if not 0 <= wants.minor <= dispute.amount_minor:
        raise WishOutOfRange


def _let_work_go_on(milestone: Milestone, *, by: User | None, at: datetime) -> None:
    """Bring a milestone to where it was before its dispute, with a new review window."""
    came_from = milestone.history.filter(verb="dispute").latest("pk").came_from
    if came_from == Milestone.Status.SUBMITTED:
        milestone.review_due_at = at + timedelta(days=milestone.contract.review_window_days)
        milestone.save(update_fields=["review_due_at"])
    milestone.move(RESUMES[Milestone.Status(came_from)], by=by, at=at)
