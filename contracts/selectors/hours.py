"""Reads of work by the hour: what is paid for, what is in review, and what a week is like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from contracts.models import Contract, Milestone, Period, Timesheet
from contracts.models.hourly import A_WEEK, WAITING_SHEETS, monday_of
from contracts.models.milestone import UNDER_WAY, UNPAID
from contracts.selectors import hour_steps
from contracts.selectors.prices import Price, price
from contracts.selectors.steps import Side
from marketplace.kit.money import Money, total_of

Status = Timesheet.Status
# Weeks a client may pay for: the one that runs, and so many after it.
CHOICES_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the hours of a contract stand, as one side reads it."""

    held: Money
    # Of it: what handed-in hours speak for, and what is free for more.
    claimed: Money
    free: Money
    held_minutes: int
    claimed_minutes: int
    # When the first of it goes back at the latest; nothing while none is held.
    held_until: datetime | None
    sheets: Sequence[Timesheet]
    this_week: date
    # The expert's own week, if they have begun to write it.
    own: Timesheet | None

    @property
    def is_week_open(self) -> bool:
        """Whether hours of this week may still be written: a week is handed in once."""
        return self.own is None or self.own.may_be_written or self.own.is_void


def overview(contract: Contract, side: str, *, at: datetime) -> Overview:
    """Return it; the client sees no hours that were not handed in."""
    rows = list(contract.timesheets.prefetch_related("lines"))
    for row in rows:
        row.contract = contract
    weeks = [row for row in contract.milestones.all() if row.is_hours and is_drawable(row)]
    held = total_of((row.held for row in weeks), contract.currency)
    claimed_minutes = sum(row.minutes for row in rows if row.status in WAITING_SHEETS)
    claimed = contract.price_of(claimed_minutes)
    this_week = monday_of(hour_steps.today_of(contract, at))
    return Overview(
        held=held,
        claimed=claimed,
        free=held - claimed,
        held_minutes=held.minor * 60 // contract.rate.minor,
        claimed_minutes=claimed_minutes,
        held_until=min((row.hold_until for row in weeks if row.hold_until), default=None),
        sheets=[row for row in rows if side == Side.EXPERT or row.status != Status.OPEN],
        this_week=this_week,
        own=next((row for row in rows if row.starts_on == this_week), None),
    )


def is_drawable(milestone: Milestone) -> bool:
    """Whether hours may be paid from it now."""
    return milestone.status in UNDER_WAY


def sheet_of(contract: Contract, starts_on: date, side: str) -> Timesheet | None:
    """Return a week's timesheet as far as this side may read it."""
    rows = contract.timesheets.filter(starts_on=starts_on).prefetch_related("lines")
    if side != Side.EXPERT:
        rows = rows.exclude(status=Status.OPEN)
    found = rows.order_by("pk").last()
    if found:
        found.contract = contract
    return found


def weeks_ahead(contract: Contract, *, at: datetime) -> list[date]:
    """Return the Mondays of the weeks a client may still pay for."""
    first = monday_of(hour_steps.today_of(contract, at))
    paid: dict[date, int] = {}
    rows = Period.objects.filter(milestone__contract=contract)
    for row in rows.exclude(milestone__status__in=(*UNPAID, Milestone.Status.CANCELLED)):
        paid[row.starts_on] = paid.get(row.starts_on, 0) + row.minutes
    weeks = [first + number * A_WEEK for number in range(CHOICES_AHEAD)]
    return [week for week in weeks if paid.get(week, 0) < (contract.weekly_minutes or 0)]


@dataclass(frozen=True, slots=True)
class Week:
    """What hours of a week would cost, paid for now."""

    starts_on: date
    minutes: int
    price: Price
    # Until when the money may be held at the latest.
    hold_until: datetime


def week(contract: Contract, *, starts_on: date, minutes: int, at: datetime) -> Week:
    """Work out what paying for hours of a week would charge."""
    return Week(
        starts_on=starts_on,
        minutes=minutes,
        price=price(contract.price_of(minutes), bps=contract.client_fee_bps),
        hold_until=at + timedelta(days=settings.HOLD_LIMIT_DAYS),
    )


def days_of(starts_on: date) -> list[date]:
    """Return the days of a week."""
    return [starts_on + timedelta(days=number) for number in range(7)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What approving a week's hours moves, and what stays."""

    amount: Money
    expert_fee: Money
    left_over: Money

    @property
    def net(self) -> Money:
        """What reaches the expert, to the cent that the order of releases decides."""
        return self.amount - self.expert_fee


def cost(timesheet: Timesheet, seen: Overview) -> Cost:
    """Work out what approving these hours would do; later weeks are no part of what is left."""
    contract = timesheet.contract
    own = [
        row.held
        for row in contract.milestones.all()
        if row.is_hours and is_drawable(row) and row.due_on <= timesheet.ends_on
    ]
    left = total_of(own, contract.currency) - seen.claimed
    return Cost(
        amount=timesheet.amount,
        expert_fee=timesheet.amount.share(contract.expert_fee_bps),
        left_over=max(left, Money(0, contract.currency), key=lambda money: money.minor),
    )
