"""Timesheets: an expert writes hours down in their own words, and the client approves them.

Nothing else is recorded: no pictures of a screen, no keys, no clicks, and nothing is shown to the
client before it is handed in. Silence releases the money once the review window is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import (
    Contract,
    Milestone,
    Release,
    Timesheet,
    TimesheetLine,
    TimesheetRelease,
)
from contracts.models.contract import ALIVE
from contracts.models.hourly import A_DAY, A_WEEK, MOST_LINES, QUARTER, monday_of
from contracts.selectors.hour_steps import today_of
from contracts.services import contracts, hour_notices, hours, milestones, pauses, releases
from contracts.services.hours import WeekOutOfReach
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import IllegalMove
from marketplace.kit.words import day_text, hours_text

Status = Timesheet.Status
# How many weeks back hours may be written down.
WEEKS_BACK = 4
# Hours that were handed in once are corrected, or written anew, however long ago their week was.
COMES_AGAIN = (Status.QUERIED, Status.VOID)
# How long before the end of the review window the client is reminded.
REMINDER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """Some hours of one day, and what was done in them."""

    day: date
    minutes: int
    what: str


class HoursDoNotFit(DomainError):
    """A line outside its week, more than a day has, or not in quarters."""

    code = "hours_do_not_fit"
    status = 422


class NotPaidAhead(DomainError):
    """More hours than there is money held for."""

    code = "not_paid_ahead"
    status = 422


class MoneyIsDisputed(DomainError):
    """The money these hours are paid from is frozen by a dispute."""

    code = "money_is_disputed"
    sentence = gettext_lazy("The money for these hours is in dispute. It has to be settled first.")


# --- The expert's part


@transaction.atomic
def write(
    contract: Contract, starts_on: date, lines: Sequence[Line], *, by: User, at: datetime
) -> Timesheet:
    """Write down a week's hours, instead of those that were; nobody else sees them yet.

    :raises PermissionDenied: unless `by` is the expert.
    :raises IllegalMove: unless the contract is by the hour and runs, and once they are in review.
    :raises WeekOutOfReach: unless it is this week, one of the four before it, or comes again.
    :raises HoursDoNotFit: unless every line is of the week, not to come, in quarters, and of a day
        on which the contract was not paused.
    """
    contract = _hold(contract, by)
    today = today_of(contract, at)
    _refuse_week(contract, starts_on, today)
    _refuse_lines(lines, starts_on, today)
    _refuse_paused_days(contract, lines)
    timesheet = _of_week(contract, starts_on)
    if not timesheet.may_be_written:
        raise IllegalMove
    timesheet.lines.all().delete()
    TimesheetLine.objects.bulk_create(
        TimesheetLine(
            timesheet=timesheet,
            position=position,
            day=line.day,
            minutes=line.minutes,
            what=line.what,
        )
        for position, line in enumerate(sorted(lines, key=lambda line: line.day), start=1)
    )
    return timesheet


@transaction.atomic
def submit(
    contract: Contract, starts_on: date, lines: Sequence[Line], *, by: User, at: datetime
) -> Timesheet:
    """Hand in a week's hours; the client's time to answer starts now.

    :raises PermissionDenied: unless `by` is the expert.
    :raises IllegalMove: unless the contract is by the hour and runs, and once they are in review.
    :raises WeekOutOfReach: unless it is this week, one of the four before it, or comes again.
    :raises HoursDoNotFit: as for `write`, for no hours at all, and above the weekly limit.
    :raises NotPaidAhead: unless money is held for all of them.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contracts.hold_unfrozen(contract)
    timesheet = write(contract, starts_on, lines, by=by, at=at)
    _refuse_too_many(timesheet)
    timesheet.submitted_at = at
    timesheet.review_due_at = _end_of_review(timesheet, at)
    timesheet.save(update_fields=["submitted_at", "review_due_at"])
    timesheet.move("submit", by=by, at=at)
    return timesheet


# --- The client's part


@transaction.atomic
def query(timesheet: Timesheet, *, question: str, by: User, at: datetime) -> Timesheet:
    """Ask about the hours; the review clock stops, and the expert hands them in again.

    :raises PermissionDenied: unless `by` reviews for the client.
    :raises IllegalMove: unless they are in review.
    """
    contract = timesheet.contract
    contracts.hold(contract)
    if not policies.may_ask_for_changes(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    timesheet = _fresh(timesheet)
    timesheet.move("query", by=by, at=at, reason=question)
    timesheet.question, timesheet.review_due_at = question, None
    timesheet.save(update_fields=["question", "review_due_at"])
    hour_notices.question_was_asked(timesheet, at)
    return timesheet


@transaction.atomic
def approve(timesheet: Timesheet, *, by: User, at: datetime) -> list[Release]:
    """Accept a week's hours and release what they cost; what is left rolls on. Final.

    :raises PermissionDenied: unless `by` moves money for the client.
    :raises IllegalMove: unless they are in review.
    :raises MoneyIsDisputed: while the money for them is frozen by a dispute.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contract = timesheet.contract
    contracts.hold_unfrozen(contract)
    contracts.refuse_all_but_payers(by, contract)
    return _pay(_fresh(timesheet), "approve", by=by, at=at)


@transaction.atomic
def approve_and_return(timesheet: Timesheet, *, by: User, at: datetime) -> list[Release]:
    """Accept a week's hours, and have what no hours speak for sent back instead of rolling on.

    That of later weeks stays: the expert may be working on them.

    :raises DomainError: as for `approve`.
    """
    found = approve(timesheet, by=by, at=at)
    hours.return_left_over(timesheet.contract, until=timesheet.starts_on, by=by, at=at)
    return found


@transaction.atomic
def approve_unanswered(timesheet: Timesheet, *, at: datetime) -> list[Release]:
    """Release hours that nobody answered within the review window, if that is over by now.

    A frozen contract's clock stands still, and so does that of hours whose money is disputed.
    """
    contract = contracts.hold(timesheet.contract)
    timesheet = _fresh(timesheet)
    is_due = timesheet.review_due_at is not None and timesheet.review_due_at <= at
    if not is_due or not timesheet.may("approve_unanswered") or contract.is_frozen:
        return []
    if not _is_covered(timesheet):
        return []
    return _pay(timesheet, "approve_unanswered", by=None, at=at)


def unanswered(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of timesheets whose review window is over, the longest waiting first."""
    rows = Timesheet.objects.filter(status=Status.SUBMITTED, review_due_at__lte=at)
    return list(rows.order_by("review_due_at").values_list("pk", flat=True)[:limit])


def remind_due(*, at: datetime) -> None:
    """Remind clients whose time to answer ends within a day; once for each handing in."""
    waiting = Timesheet.objects.filter(status=Status.SUBMITTED, review_due_at__gt=at)
    soon = waiting.filter(review_due_at__lte=at + REMINDER)
    for timesheet in soon.select_related("contract__organisation", "contract__expert__user"):
        hour_notices.review_is_due(timesheet, at)


# --- What becomes of them when the money moves otherwise


@transaction.atomic
def void_unpaid(contract: Contract, *, at: datetime) -> None:
    """Close the timesheets whose money is gone: returned, awarded or taken back by a bank.

    What is left counts for the oldest hours first. Closed hours are written anew, as far as they
    are still paid for.
    """
    frozen = contract.milestones.filter(
        kind=Milestone.Kind.HOURS, status=Milestone.Status.DISPUTED
    ).select_related("contract", "period")
    weeks = [*hours.purses(contract), *frozen]
    held = [(row.period.starts_on, row.held) for row in weeks]
    kept = Money(0, contract.currency)
    for timesheet in hours.waiting(contract):
        if timesheet.amount <= hours.up_to(timesheet.starts_on, held, contract.currency) - kept:
            kept += timesheet.amount
            continue
        timesheet.review_due_at = None
        timesheet.move("void", by=None, at=at)
        timesheet.save(update_fields=["review_due_at"])


@transaction.atomic
def renew_review(contract: Contract, *, at: datetime) -> None:
    """Give the client the whole time again once a dispute on the money was taken back."""
    for timesheet in hours.waiting(contract):
        if timesheet.status == Status.SUBMITTED:
            timesheet.review_due_at = _end_of_review(timesheet, at)
            timesheet.save(update_fields=["review_due_at"])


def _hold(contract: Contract, by: User) -> Contract:
    contract = contracts.hold(contract)
    if not policies.may_submit(by, contract):
        raise PermissionDenied
    if not contract.is_hourly or contract.status not in ALIVE:
        raise IllegalMove
    return contract


def _of_week(contract: Contract, starts_on: date) -> Timesheet:
    rows = contract.timesheets.exclude(status=Status.VOID).select_related("contract")
    return rows.filter(starts_on=starts_on).first() or Timesheet.objects.create(
        contract=contract, starts_on=starts_on
    )


def _fresh(timesheet: Timesheet) -> Timesheet:
    return Timesheet.objects.select_related("contract__organisation", "contract__expert__user").get(
        pk=timesheet.pk
    )


def _refuse_week(contract: Contract, starts_on: date, today: date) -> None:
    this = monday_of(today)
    is_near = this - WEEKS_BACK * A_WEEK <= starts_on <= this
    comes_again = contract.timesheets.filter(starts_on=starts_on, status__in=COMES_AGAIN)
    if starts_on.weekday() or not (is_near or comes_again.exists()):
        raise WeekOutOfReach(_("Hours can be written for this week and the four before it."))


def _refuse_lines(lines: Sequence[Line], starts_on: date, today: date) -> None:
    if len(lines) > MOST_LINES:
        raise HoursDoNotFit(_("Write at most %d lines for a week.") % MOST_LINES)
    by_day: dict[date, int] = {}
    for line in lines:
        if not starts_on <= line.day < starts_on + A_WEEK:
            raise HoursDoNotFit(_("Every line has to be of a day of this week."))
        if line.day > today:
            raise HoursDoNotFit(_("Hours cannot be written down before they are worked."))
        by_day[line.day] = by_day.get(line.day, 0) + line.minutes
        if line.minutes % QUARTER or line.minutes < QUARTER or by_day[line.day] > A_DAY:
            raise HoursDoNotFit(_("Enter hours in quarters, and no more than a day has."))


def _refuse_paused_days(contract: Contract, lines: Sequence[Line]) -> None:
    paused = pauses.first_paused(contract, [line.day for line in lines])
    if paused:
        raise HoursDoNotFit(
            _("The contract was paused on %(day)s. Take the hours of that day out.")
            % {"day": day_text(paused)}
        )


def _refuse_too_many(timesheet: Timesheet) -> None:
    contract, minutes = timesheet.contract, timesheet.minutes
    if not minutes:
        raise HoursDoNotFit(_("Write down at least a quarter of an hour before you hand in."))
    if minutes > (contract.weekly_minutes or 0):
        raise HoursDoNotFit(
            _("%(hours)s are the limit of a week by the agreed terms.")
            % {"hours": hours_text(contract.weekly_minutes or 0)}
        )
    free = hours.free(contract, until=timesheet.starts_on, but=timesheet)
    if timesheet.amount > free:
        paid = max(free.minor, 0) * 60 // (contract.rate_minor or 1) // QUARTER * QUARTER
        raise NotPaidAhead(
            _("You wrote %(hours)s, and %(paid)s are paid for. Hand in what is paid for only.")
            % {"hours": hours_text(minutes), "paid": hours_text(paid)}
        )


def _end_of_review(timesheet: Timesheet, at: datetime) -> datetime:
    """The end of the window, or a day before the money may be held no longer if that is sooner."""
    end = at + timedelta(days=settings.HOURS_REVIEW_DAYS)
    limits = [row.hold_until for row, _part in hours.draw(timesheet) if row.hold_until]
    return min([end, *(limit - REMINDER for limit in limits)])


def _is_covered(timesheet: Timesheet) -> bool:
    parts = (part for _row, part in hours.draw(timesheet))
    return total_of(parts, timesheet.contract.currency) == timesheet.amount


def _pay(timesheet: Timesheet, verb: str, *, by: User | None, at: datetime) -> list[Release]:
    """Release what the hours cost, the oldest money first; the caller has checked who may."""
    timesheet.move(verb, by=by, at=at)
    timesheet.review_due_at = None
    timesheet.save(update_fields=["review_due_at"])
    if not _is_covered(timesheet):
        raise MoneyIsDisputed
    kind, paid = Release.Kind.HOURS, []
    for milestone, part in hours.draw(timesheet):
        if part == milestone.held:
            row = milestones.release_rest(milestone, "pay_out_rest", kind, by=by, at=at)
        else:
            row = releases.release(milestone, part, kind=kind, by=by, at=at)
        TimesheetRelease.objects.create(timesheet=timesheet, release=row)
        paid.append(row)
    return paid
