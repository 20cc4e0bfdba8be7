"""Weeks and hours for tests: NOON is a Tuesday, MONDAY the day before it."""

from datetime import date, timedelta

from contracts.models import Contract, Milestone, Period, Timesheet
from contracts.services import timesheets
from contracts.services.timesheets import Line
from tests.conftest import NOON

MONDAY = date(2029, 12, 31)
TUESDAY = date(2030, 1, 1)
BEFORE = MONDAY - timedelta(days=7)
AN_HOUR = 60


def week(contract: Contract, hours: int = 20, starts_on: date = MONDAY) -> Milestone:
    """Build a week that nobody has paid for yet."""
    minutes = hours * AN_HOUR
    milestone = Milestone.objects.create(
        contract=contract,
        kind=Milestone.Kind.HOURS,
        position=contract.milestones.count() + 1,
        title="A week",
        amount_minor=contract.price_of(minutes).minor,
        due_on=starts_on + timedelta(days=6),
    )
    Period.objects.create(milestone=milestone, starts_on=starts_on, minutes=minutes)
    return milestone


def lines(*hours: float, first: date = MONDAY) -> list[Line]:
    """Hours of the days of a week, from the first on."""
    return [
        Line(first + timedelta(days=number), int(worked * AN_HOUR), f"Part {number + 1}")
        for number, worked in enumerate(hours)
    ]


def handed_in(contract: Contract, *hours: float, starts_on: date = MONDAY, at=NOON) -> Timesheet:
    """Hand in hours of the first days of a week."""
    return timesheets.submit(
        contract, starts_on, lines(*hours, first=starts_on), by=contract.expert.user, at=at
    )
