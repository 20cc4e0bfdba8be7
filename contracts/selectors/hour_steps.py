"""What hours wait for."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, Milestone, Timesheet
from contracts.models.hourly import A_WEEK, WAITING_SHEETS, monday_of
from contracts.models.milestone import UNDER_WAY
from contracts.selectors.steps import Side, Step, nobodys
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import day_text, hours_text, money_text

S = Milestone.Status


def today_of(contract: Contract, at: datetime) -> date:
    """The day it is where the expert works."""
    return at.astimezone(ZoneInfo(contract.expert.time_zone)).date()


def of(contract: Contract, at: datetime) -> list[Step]:
    """What hours wait for: an answer, to be handed in, or to be paid for."""
    sheets = list(contract.timesheets.all())
    waiting = [row for row in sheets if row.status in WAITING_SHEETS]
    held = [row.held for row in contract.milestones.all() if row.status in UNDER_WAY]
    free = total_of(held, contract.currency)
    for row in waiting:
        row.contract = contract
        free -= row.amount
    found = [of_sheet(contract, row) for row in waiting]
    is_paying = any(row.status == S.FUNDING for row in contract.milestones.all())
    this_week = monday_of(today_of(contract, at))
    own = [row.status for row in sheets if row.starts_on == this_week]
    if free.minor > 0 and Timesheet.Status.RELEASED in own:
        found.append(_wait_for_the_next_week(contract, this_week))
    elif free.minor > 0 and not any(status in WAITING_SHEETS for status in own):
        found.append(_write_hours(contract, this_week, free))
    elif contract.status == Contract.Status.ACTIVE and free.minor <= 0 and not is_paying:
        found.append(_prepay(contract))
    return found


def of_sheet(contract: Contract, sheet: Timesheet) -> Step:
    words = {
        "hours": hours_text(sheet.minutes),
        "week": day_text(sheet.starts_on),
        "amount": money_text(sheet.amount),
        "client": contract.organisation.name,
        "expert": contract.expert.name,
    }
    page = reverse("contracts:timesheet", args=[contract.public_id, sheet.starts_on])
    if sheet.status == Timesheet.Status.QUERIED:
        return Step(
            side=Side.EXPERT,
            text=_("answer the question about your hours, week of %(week)s") % words,
            waiting=_("%(expert)s to answer about the hours of the week of %(week)s") % words,
            url=page,
            action=_("Correct the hours"),
            consequence=_("The review clock stands still and %(amount)s stay held.") % words,
        )
    return Step(
        side=Side.CLIENT,
        text=_("review %(hours)s of the week of %(week)s") % words,
        waiting=_("%(client)s to review %(hours)s of the week of %(week)s") % words,
        deadline=sheet.review_due_at,
        url=page,
        action=_("Review the hours"),
        consequence=_("If you do nothing, %(amount)s are released to %(expert)s then.") % words,
    )


def _write_hours(contract: Contract, week: date, free: Money) -> Step:
    words = {"amount": money_text(free), "expert": contract.expert.name}
    return Step(
        side=Side.EXPERT,
        text=_("work, and hand in your hours"),
        waiting=_("%(expert)s to hand in hours") % words,
        url=reverse("contracts:timesheet", args=[contract.public_id, week]),
        action=_("Write hours of this week"),
        consequence=_("%(amount)s are held for them, and stay held until you do.") % words,
    )


def _wait_for_the_next_week(contract: Contract, week: date) -> Step:
    return nobodys(
        waiting=_("the next week, from %(day)s") % {"day": day_text(week + A_WEEK)},
        url=reverse("contracts:timesheet", args=[contract.public_id, week]),
    )


def _prepay(contract: Contract) -> Step:
    words = {"client": contract.organisation.name}
    return Step(
        side=Side.CLIENT,
        text=_("pay for hours of a week ahead"),
        waiting=_("%(client)s to pay for hours of a week") % words,
        url=reverse("contracts:prepay", args=[contract.public_id]),
        action=_("Pay for a week"),
        consequence=_("Nothing is worked, and nothing is owed, until hours are paid for."),
        moves_money=True,
    )
