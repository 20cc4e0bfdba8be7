"""Prepaid hours: a client pays for a week ahead, timesheets draw on it, and what is left rolls on.

A week is a milestone of its own kind, so it is paid, fee'd, sent, disputed and taken back by a bank
exactly as the others are. What a week leaves over stays where it is and counts for the next ones,
until the client has it sent back with an approval or the contract has ended.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from contracts.models import (
    Contract,
    ContractEvent,
    Freeze,
    Milestone,
    Payment,
    Period,
    Refund,
    Timesheet,
)
from contracts.models.hourly import A_WEEK, QUARTER, WAITING_SHEETS, monday_of
from contracts.models.milestone import UNDER_WAY, UNPAID
from contracts.selectors.hour_steps import today_of
from contracts.services import contracts, funding, hour_notices, milestones
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import IllegalMove
from marketplace.kit.words import day_text, hours_text

# The week that runs, and so many after it.
WEEKS_AHEAD = 4
# How long before an unpaid week its client is told: on the Friday.
NOTICE_OF_WEEK = timedelta(days=3)
NOT_PAID = (*UNPAID, Milestone.Status.CANCELLED)


class WeekOutOfReach(DomainError):
    """Not the first day of a week, or one that is over or far away."""

    code = "week_out_of_reach"
    status = 422
    sentence = gettext_lazy("Choose this week, or one of the next four.")


class HoursOutOfBounds(DomainError):
    """More hours than a week may have by the terms, or not in quarters."""

    code = "hours_out_of_bounds"
    status = 422


def checkout_url(
    contract: Contract, *, starts_on: date, minutes: int, by: User, at: datetime
) -> str:
    """Return the address of the page on which a client pays for hours of a week, ahead of them.

    A week that was begun and not paid is given up for another number of hours, and gone on with
    for the same.

    :param starts_on: the Monday of the week.
    :raises PermissionDenied: unless `by` moves money for the client.
    :raises IllegalMove: unless the contract is active and by the hour.
    :raises ContractIsPaused: while it is.
    :raises WeekOutOfReach: unless it is this week, or one of the next four.
    :raises HoursOutOfBounds: unless the hours fit the weekly limit, with those paid for already.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises PaymentIsUnderWay: while the bank works on the same week.
    :raises PaymentPageUnavailable: if Stripe opens none now.
    """
    contracts.refuse_all_but_payers(by, contract)
    _refuse_unless_under_way(contract)
    _refuse_week(starts_on, today_of(contract, at))
    _refuse_hours(contract, starts_on, minutes)
    begun = _begun(contract, starts_on).exclude(period__minutes=minutes)
    funding.close_pages(begun.select_related("contract"), at=at)
    return funding.checkout_url(_promised(contract, starts_on, minutes, by=by), by=by, at=at)


def _refuse_unless_under_way(contract: Contract) -> None:
    if contract.status == Contract.Status.PAUSED:
        raise contracts.ContractIsPaused
    if not contract.is_hourly or contract.status != Contract.Status.ACTIVE:
        raise IllegalMove


@transaction.atomic
def _promised(contract: Contract, starts_on: date, minutes: int, *, by: User) -> Milestone:
    contract = contracts.hold_unfrozen(contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    contracts.refuse_all_but_payers(by, contract)
    _refuse_unless_under_way(contract)
    begun = _begun(contract, starts_on)
    if same := begun.filter(period__minutes=minutes).select_related("contract").first():
        return same
    # Seen again under the lock: another of the client's people may have paid for it meanwhile.
    _refuse_hours(contract, starts_on, minutes)
    last = contract.milestones.order_by("position").last()
    milestone = Milestone.objects.create(
        contract=contract,
        kind=Milestone.Kind.HOURS,
        position=last.position + 1 if last else 1,
        title=_("Week of %(day)s, %(hours)s")
        % {"day": day_text(starts_on), "hours": hours_text(minutes)},
        amount_minor=contract.price_of(minutes).minor,
        due_on=starts_on + timedelta(days=6),
    )
    Period.objects.create(milestone=milestone, starts_on=starts_on, minutes=minutes)
    return milestone


@transaction.atomic
def return_left_over(
    contract: Contract, *, until: date | None = None, by: User | None, at: datetime
) -> Money:
    """Send back all money of weeks that no timesheet in review speaks for; return how much.

    The caller has checked who may, and holds the lock.

    :param until: the last week of which it is; later ones are being worked on, and stay.

    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contracts.hold_unfrozen(contract)
    back = [
        milestones.return_rest(row, Refund.Kind.LEFT_OVER, by=by, at=at).amount
        for row, claimed in _spoken_for(contract)
        if not claimed and (until is None or row.period.starts_on <= until)
    ]
    return total_of(back, contract.currency)


@transaction.atomic
def return_after_the_end(contract: Contract, *, at: datetime) -> Money | None:
    """Send back what nobody handed hours in for, a week after one side has ended the contract.

    A hold keeps hours from being handed in, so the week starts anew when it is lifted.
    """
    contract = contracts.hold(contract)
    if contract.pk not in _ended_long_ago(at) or contract.is_frozen:
        return None
    return return_left_over(contract, by=None, at=at)


def ended(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of contracts by the hour whose time to hand in is over, with money left."""
    return _ended_long_ago(at)[:limit]


def _ended_long_ago(at: datetime) -> list[int]:
    until = at - timedelta(days=settings.HOURS_HAND_IN_DAYS)
    end = ContractEvent.objects.filter(row=OuterRef("pk"), verb="end", at__lte=until)
    hold = Freeze.objects.filter(contract=OuterRef("pk"), lifted_at__gt=until)
    held = Milestone.objects.filter(
        contract=OuterRef("pk"), kind=Milestone.Kind.HOURS, status__in=UNDER_WAY
    )
    rows = Contract.objects.filter(
        Exists(end),
        ~Exists(hold),
        Exists(held),
        kind=Contract.Kind.HOURLY,
        status=Contract.Status.ENDING,
    )
    waiting = Timesheet.objects.filter(status__in=WAITING_SHEETS).values("contract")
    return list(rows.exclude(pk__in=waiting).values_list("pk", flat=True))


def remind_due(*, at: datetime) -> None:
    """Tell clients whose next week is not paid for, three days before it begins; once a week.

    Nobody is charged without being there, so this is what keeps work from standing still.
    """
    today = at.astimezone(UTC).date()
    # A week begins in the expert's zone: around a Monday it is the next one for some only.
    for starts_on in {monday_of(today + timedelta(days=days)) + A_WEEK for days in (-1, 1)}:
        for contract in _with_unpaid_week(starts_on):
            here = today_of(contract, at)
            if monday_of(here) + A_WEEK == starts_on and starts_on - here <= NOTICE_OF_WEEK:
                hour_notices.week_is_not_paid(contract, starts_on, at)


def _with_unpaid_week(starts_on: date) -> QuerySet[Contract]:
    """Return contracts by the hour that a payment of this week would keep going.

    They are active and not on hold, a week of them was paid before, and of this one nothing is
    paid and no bank is working on a payment.
    """
    weeks = Period.objects.filter(milestone__contract=OuterRef("pk"))
    this, processing = weeks.filter(starts_on=starts_on), Payment.Status.PROCESSING
    rows = Contract.objects.filter(
        Exists(weeks.filter(milestone__funded_at__isnull=False)),
        ~Exists(this.exclude(milestone__status__in=NOT_PAID)),
        ~Exists(this.filter(milestone__payments__status=processing)),
        ~Exists(Freeze.objects.filter(contract=OuterRef("pk"), lifted_at=None)),
        kind=Contract.Kind.HOURLY,
        status=Contract.Status.ACTIVE,
    )
    return rows.select_related("organisation", "expert__user")


# --- What there is to draw on


def purses(contract: Contract, *, until: date | None = None) -> list[Milestone]:
    """Return the paid weeks whose money may be drawn on, oldest first; to one week, if named."""
    rows = contract.milestones.filter(kind=Milestone.Kind.HOURS, status__in=UNDER_WAY)
    if until is not None:
        rows = rows.filter(period__starts_on__lte=until)
    related = rows.select_related("contract", "period").prefetch_related("releases", "refunds")
    return list(related.order_by("period__starts_on", "pk"))


def waiting(contract: Contract) -> list[Timesheet]:
    """Return the timesheets that are handed in and not decided, the oldest week first."""
    rows = contract.timesheets.filter(status__in=WAITING_SHEETS).select_related("contract")
    return list(rows.prefetch_related("lines").order_by("starts_on", "pk"))


def free(contract: Contract, *, until: date, but: Timesheet | None = None) -> Money:
    """What hours of a week may still cost: held for it or before it, and not spoken for.

    Hours of a later week speak for it only where the money of their own weeks does not suffice.

    :param but: a timesheet whose own claim does not count.
    """
    held = [(row.period.starts_on, row.held) for row in purses(contract)]
    claims = [(row.starts_on, row.amount) for row in waiting(contract) if row != but]
    weeks = {until, *(week for week, _amount in claims if week > until)}
    left = [
        up_to(week, held, contract.currency) - up_to(week, claims, contract.currency)
        for week in weeks
    ]
    return min(left, key=lambda money: money.minor)


def up_to(week: date, amounts: Iterable[tuple[date, Money]], currency: str) -> Money:
    """Add up the amounts of a week and of those before it."""
    return total_of((amount for of, amount in amounts if of <= week), currency)


def draw(timesheet: Timesheet) -> list[tuple[Milestone, Money]]:
    """Return from which weeks' money a timesheet is paid: the oldest that is free for it first.

    Hours of earlier weeks in review can be paid from nothing later, so what they need stays.
    """
    weeks = purses(timesheet.contract, until=timesheet.starts_on)
    left = {week: week.held for week in weeks}
    earlier = [row for row in waiting(timesheet.contract) if row.starts_on < timesheet.starts_on]
    for row in earlier:
        _take(left, row)
    return _take(left, timesheet)


def _take(left: dict[Milestone, Money], timesheet: Timesheet) -> list[tuple[Milestone, Money]]:
    """Pay a timesheet out of what is left of its own and earlier weeks; return which parts."""
    missing, found = timesheet.amount, []
    for milestone, held in left.items():
        is_for_it = milestone.period.starts_on <= timesheet.starts_on
        part = min(missing, held, key=lambda money: money.minor)
        if is_for_it and part:
            found.append((milestone, part))
            left[milestone] -= part
            missing -= part
    return found


def claimed(milestone: Milestone) -> Money:
    """Return what of a week's held money timesheets in review are to be paid from."""
    found = dict(_spoken_for(milestone.contract))
    return found.get(milestone, Money(0, milestone.contract.currency))


def _spoken_for(contract: Contract) -> Iterator[tuple[Milestone, Money]]:
    """Lay the claims of all timesheets in review over the paid weeks, oldest first."""
    claims = total_of((row.amount for row in waiting(contract)), contract.currency)
    for milestone in purses(contract):
        claimed = min(claims, milestone.held, key=lambda money: money.minor)
        claims -= claimed
        yield milestone, claimed


def _begun(contract: Contract, starts_on: date) -> QuerySet[Milestone]:
    return contract.milestones.filter(
        kind=Milestone.Kind.HOURS, status__in=UNPAID, period__starts_on=starts_on
    )


def _paid(contract: Contract, starts_on: date) -> QuerySet[Period]:
    """Return what of a week is paid for: it may be paid in parts."""
    rows = Period.objects.filter(milestone__contract=contract, starts_on=starts_on)
    return rows.exclude(milestone__status__in=NOT_PAID)


def _refuse_week(starts_on: date, today: date) -> None:
    this = monday_of(today)
    if starts_on.weekday() or not this <= starts_on <= this + WEEKS_AHEAD * A_WEEK:
        raise WeekOutOfReach


def _refuse_hours(contract: Contract, starts_on: date, minutes: int) -> None:
    paid = _paid(contract, starts_on).values_list("minutes", flat=True)
    most = (contract.weekly_minutes or 0) - sum(paid)
    if minutes % QUARTER or not QUARTER <= minutes <= most:
        raise HoursOutOfBounds(
            _("Enter hours in quarters, up to the %(hours)s that are left of the weekly limit.")
            % {"hours": hours_text(max(most, 0))}
        )
