"""Milestones: work is handed in, sent back with reasons, or approved, which releases the money.

Silence releases it too, once the review window is over, and the expert may give it back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies, written
from contracts.models import (
    ChangeRequest,
    Contract,
    ContractCheck,
    Measure,
    Milestone,
    Refund,
    Release,
    Submission,
)
from contracts.models.terms import fingerprint
from contracts.services import contracts, declarations, notices, refunds, releases
from contracts.services.declarations import Declared
from experts.models import ModelRelease
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

# How long before the end of the review window the client is reminded, nearest first.
REMINDERS = (1, 2, 7)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured for one check, as typed; `explanation` says how, or why not."""

    value: str
    explanation: str


class CheckNeedsASentence(DomainError):
    """A check was missed or not measured, and nothing says why."""

    code = "check_needs_a_sentence"
    status = 422


@transaction.atomic
def submit(
    milestone: Milestone,
    *,
    note: str,
    link: str,
    readings: Mapping[int, Reading],
    built_on: Collection[ModelRelease] = (),
    declared: Declared | None = None,
    by: User,
    at: datetime,
) -> Submission:
    """Hand in work with a reading for every agreed check, keyed by the check's position.

    `built_on` are the models it runs on; both sides are warned when one of them retires. With the
    last work of a contract goes what is `declared` of them.

    The client's review window starts now.

    :raises PermissionDenied: unless `by` is the expert.
    :raises CheckNeedsASentence: when a missed or missing value is not explained.
    :raises DeclarationIsMissing: when the last work runs on a model of which too little is said.
    :raises IllegalMove: unless the milestone is funded or changes were asked for, and for hours,
        which are handed in week by week.
    """
    contract = milestone.contract
    contracts.hold(contract)
    if not policies.may_submit(by, contract):
        raise PermissionDenied
    _refuse_hours(milestone)
    submission = Submission.objects.create(milestone=milestone, note=note, link=link, created_at=at)
    submission.built_on.set(built_on)
    _write_measures(submission, contract, readings)
    declarations.declare(submission, declared, built_on=built_on)
    _seal(submission)
    milestone.submitted_at = at
    milestone.review_due_at = _end_of_review(milestone, at)
    milestone.save(update_fields=["submitted_at", "review_due_at"])
    milestone.move("submit", by=by, at=at)
    return submission


def _seal(submission: Submission) -> None:
    """Take the fingerprint of all that was handed in, so that what is accepted stays what it was.

    Of a row read anew: the database may have stored less than the caller's copy says.
    """
    whole = Submission.objects.select_related("milestone", "declaration").get(pk=submission.pk)
    submission.sha256 = fingerprint(written.of_submission(whole))
    submission.save(update_fields=["sha256"])


def _end_of_review(milestone: Milestone, at: datetime) -> datetime:
    """The end of the agreed window, or of the time money may be held if that is sooner."""
    end = at + timedelta(days=milestone.contract.review_window_days)
    return min(end, milestone.hold_until) if milestone.hold_until else end


class AnotherSubmissionCame(DomainError):
    """The work on the page is not the work that is in review."""

    code = "another_submission_came"
    sentence = _("The expert has handed in again since you opened this page. Read that first.")


@transaction.atomic
def ask_for_changes(
    submission: Submission, *, note: str, failing: Iterable[ContractCheck], by: User, at: datetime
) -> ChangeRequest:
    """Send work back, naming the checks that fail; the review clock stops, the money stays held.

    :raises PermissionDenied: unless `by` reviews for the client.
    :raises AnotherSubmissionCame: when this is not the latest submission.
    :raises IllegalMove: unless the milestone is in review.
    """
    milestone = submission.milestone
    contract = milestone.contract
    contracts.hold(contract)
    if not policies.may_ask_for_changes(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    _refuse_outdated(submission)
    milestone.review_due_at = None
    milestone.save(update_fields=["review_due_at"])
    milestone.move("ask_for_changes", by=by, at=at)
    request = ChangeRequest.objects.create(submission=submission, by=by, note=note, created_at=at)
    request.failing.set(failing)
    return request


@transaction.atomic
def approve(submission: Submission, *, by: User, at: datetime) -> Release:
    """Accept the work and release what is held for it; final. The last one ends the contract.

    :raises PermissionDenied: unless `by` moves money for the client.
    :raises AnotherSubmissionCame: when this is not the latest submission.
    :raises IllegalMove: unless the milestone is in review.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    milestone = submission.milestone
    contract = milestone.contract
    contracts.hold(contract)
    contracts.refuse_all_but_payers(by, contract)
    _refuse_outdated(submission)
    return release_rest(milestone, "release", Release.Kind.APPROVED, by=by, at=at)


class PartWasReleased(DomainError):
    """Another part has been released since the page was opened, perhaps by the same click."""

    code = "part_was_released"
    sentence = _("A part has been released since you opened this page. Reload to see what is held.")


@transaction.atomic
def release_part(
    milestone: Milestone, amount: Money, *, number: int, by: User, at: datetime
) -> Release:
    """Let a part of what is held go before the rest; the last part ends the milestone.

    :param amount: of the expert's price, before our fees.
    :param number: which release of the milestone it is, so that a form sent twice is one release.
    :raises PermissionDenied: unless `by` moves money for the client.
    :raises IllegalMove: unless work on it is under way, and for hours.
    :raises PartWasReleased: unless that number is the next.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contract = milestone.contract
    contracts.hold(contract)
    contracts.refuse_all_but_payers(by, contract)
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    _refuse_hours(milestone)
    if not milestone.may("pay_out_rest"):
        raise IllegalMove
    if number != milestone.releases.count() + 1:
        raise PartWasReleased
    if amount == milestone.held:
        return release_rest(milestone, "pay_out_rest", Release.Kind.PART, by=by, at=at)
    return releases.release(milestone, amount, kind=Release.Kind.PART, by=by, at=at)


@transaction.atomic
def release_unanswered(milestone: Milestone, *, at: datetime) -> Release | None:
    """Release work that nobody answered within its review window, if that is over by now.

    A frozen contract's clock stands still, and so does one whose window was renewed meanwhile.
    """
    contract = contracts.hold(milestone.contract)
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    is_due = milestone.review_due_at is not None and milestone.review_due_at <= at
    if not is_due or not milestone.may("release_unanswered") or contract.is_frozen:
        return None
    return release_rest(milestone, "release_unanswered", Release.Kind.UNANSWERED, by=None, at=at)


def unanswered(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of milestones whose review window is over, the longest waiting first."""
    rows = Milestone.objects.filter(status=Milestone.Status.SUBMITTED, review_due_at__lte=at)
    return list(rows.order_by("review_due_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def give_back(milestone: Milestone, *, by: User, at: datetime) -> Refund:
    """Return what is held to the client, of the expert's own will; final.

    :raises PermissionDenied: unless `by` is the expert.
    :raises IllegalMove: unless work on it is under way.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contract = milestone.contract
    contracts.hold(contract)
    if not policies.may_give_back(by, contract):
        raise PermissionDenied
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    return return_rest(milestone, Refund.Kind.GIVEN_BACK, by=by, at=at)


@transaction.atomic
def return_rest(
    milestone: Milestone, kind: Refund.Kind, *, by: User | None, at: datetime, reason: str = ""
) -> Refund:
    """Return all that is held for a milestone; the caller has checked who may, and holds the lock.

    :raises IllegalMove: unless work on it is under way.
    :raises ContractIsFrozen: while somebody looks at the contract, as `refunds.refund` does.
    """
    contract, rest = milestone.contract, milestone.held
    milestone.review_due_at = None
    milestone.save(update_fields=["review_due_at"])
    milestone.move("split" if milestone.released else "refund", by=by, at=at)
    row = refunds.refund(milestone, rest, kind=kind, by=by, at=at, reason=reason)
    contracts.close_if_over(contract, by=by, at=at)
    return row


@transaction.atomic
def return_part(
    milestone: Milestone, amount: Money, *, reason: str, by: User, at: datetime
) -> Refund:
    """Return a part of what is held, as our staff decided; the last part ends the milestone.

    The caller has checked who may, and holds the contract's lock.

    :param amount: of the expert's price, before our fees.
    :raises IllegalMove: unless work on it is under way.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises BankIsTakingItBack: while a chargeback keeps it still; no other stop is in their way.
    """
    if not milestone.may("refund"):
        raise IllegalMove
    kind = Refund.Kind.STAFF
    if amount == milestone.held:
        return return_rest(milestone, kind, by=by, at=at, reason=reason)
    return refunds.refund(milestone, amount, kind=kind, by=by, at=at, reason=reason)


@transaction.atomic
def share(milestone: Milestone, to_expert: Money, *, by: User, at: datetime) -> None:
    """Let a part of all that is held go and return the rest, as both sides agreed.

    The caller has checked who may, and holds the contract's lock.

    :raises IllegalMove: unless work on it is under way.
    :raises MoreThanIsHeld: unless the part is within what is held.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    rest = milestone.held - to_expert
    released, returned = milestone.released + to_expert, milestone.returned + rest
    verb = "split" if released and returned else "pay_out_rest" if released else "refund"
    milestone.review_due_at = None
    milestone.released_at = at if to_expert else milestone.released_at
    milestone.save(update_fields=["released_at", "review_due_at"])
    milestone.move(verb, by=by, at=at)
    if to_expert:
        releases.release(milestone, to_expert, kind=Release.Kind.AGREED, by=by, at=at)
    if rest:
        refunds.refund(milestone, rest, kind=Refund.Kind.AGREED, by=by, at=at)


@transaction.atomic
def release_rest(
    milestone: Milestone, verb: str, kind: Release.Kind, *, by: User | None, at: datetime
) -> Release:
    """Let go of all that is held; the caller has checked who may, and holds the lock.

    :raises IllegalMove: unless the milestone may make this move.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contract, rest = milestone.contract, milestone.held
    milestone.released_at, milestone.review_due_at = at, None
    milestone.save(update_fields=["released_at", "review_due_at"])
    milestone.move(verb, by=by, at=at)
    row = releases.release(milestone, rest, kind=kind, by=by, at=at)
    contracts.close_if_over(contract, by=by, at=at)
    return row


def remind_of_reviews(*, at: datetime) -> None:
    """Remind clients whose time to answer soon ends; each reminder is sent once a submission."""
    waiting = Milestone.objects.filter(status=Milestone.Status.SUBMITTED, review_due_at__gt=at)
    soon = waiting.filter(review_due_at__lte=at + timedelta(days=max(REMINDERS)))
    for milestone in soon.select_related("contract__organisation", "contract__expert__user"):
        assert milestone.review_due_at  # noqa: S101 (filtered above)
        left = milestone.review_due_at - at
        days = next(days for days in REMINDERS if left <= timedelta(days=days))
        notices.review_is_due(milestone, days, at)


def _write_measures(
    submission: Submission, contract: Contract, readings: Mapping[int, Reading]
) -> None:
    nothing = Reading(value="", explanation="")
    Measure.objects.bulk_create(
        _measure(submission, check, readings.get(check.position, nothing))
        for check in contract.agreed_checks
    )


def _measure(submission: Submission, check: ContractCheck, reading: Reading) -> Measure:
    if not reading.explanation and check.needs_a_sentence(reading.value):
        raise CheckNeedsASentence(
            _("%(check)s: say in a sentence why it is missed or not measured.")
            % {"check": check.metric}
        )
    return Measure(
        submission=submission,
        agreed_check=check,
        value=reading.value,
        explanation=reading.explanation,
        is_met=check.is_met_by(reading.value),
    )


def _refuse_hours(milestone: Milestone) -> None:
    """Hours are let go by the timesheet that names them, see `timesheets`."""
    if milestone.is_hours:
        raise IllegalMove


def _refuse_outdated(submission: Submission) -> None:
    if submission.milestone.submissions.order_by("-pk").first() != submission:
        raise AnotherSubmissionCame
