"""An expert writes hours down and hands them in; nobody sees them before."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Notification
from contracts.models import Contract, Freeze, Timesheet, TimesheetLine
from contracts.services import contracts, hours, timesheets
from contracts.services.timesheets import Line
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import hourly as rows
from tests.contracts.hourly import BEFORE, MONDAY, TUESDAY

LATER = NOON + timedelta(days=7)


def write(contract, by, lines, starts_on=MONDAY, at=NOON):
    return timesheets.write(contract, starts_on, lines, by=by, at=at)


def test_hours_are_kept_until_they_are_handed_in(prepaid, hourly, acme, ada):
    write(hourly, ada, rows.lines(1, 2))
    sheet = write(hourly, ada, rows.lines(1.5, 2.25))

    assert (sheet.status, sheet.minutes) == ("open", 225)
    assert sheet.amount == Money(337_50, "usd")
    assert not Notification.objects.filter(user=acme, subject__contains="Review").exists()


def test_handing_in_starts_the_clients_five_days(prepaid, hourly, acme):
    sheet = rows.handed_in(hourly, 3, 4.5)

    assert (sheet.status, sheet.review_due_at) == ("submitted", NOON + timedelta(days=5))
    assert [line.what for line in sheet.lines.all()] == ["Part 1", "Part 2"]
    subjects = Notification.objects.filter(user=acme).values_list("subject", flat=True)
    assert "Review 7.5 h of the week of 31 Dec 2029 by 6 Jan 2030" in subjects


def test_no_more_than_is_paid_for(pay, hourly):
    pay(rows.week(hourly, hours=5))
    with pytest.raises(timesheets.NotPaidAhead, match="5 h are paid for"):
        rows.handed_in(hourly, 5.25)

    assert not Timesheet.objects.exists()
    assert rows.handed_in(hourly, 5).status == "submitted"


def test_what_a_week_leaves_over_is_paid_for_in_the_next(pay, hourly, acme):
    pay(rows.week(hourly, hours=5, starts_on=BEFORE))
    timesheets.approve(rows.handed_in(hourly, 2, starts_on=BEFORE), by=acme, at=NOON)

    assert hours.free(hourly, until=MONDAY) == Money(270_00, "usd")
    assert rows.handed_in(hourly, 3).status == "submitted"


def test_hours_in_review_are_spoken_for(pay, hourly):
    pay(rows.week(hourly, hours=5, starts_on=BEFORE))
    rows.handed_in(hourly, 3, starts_on=BEFORE)
    with pytest.raises(timesheets.NotPaidAhead, match="2 h are paid for"):
        rows.handed_in(hourly, 3)


@pytest.mark.parametrize(("paid", "free"), [(20, 10), (5, 7)])
def test_hours_speak_for_the_money_of_their_own_week_first(pay, hourly, paid, free):
    pay(rows.week(hourly, hours=10, starts_on=BEFORE))
    pay(rows.week(hourly, hours=paid))
    rows.handed_in(hourly, 8)

    assert hours.free(hourly, until=BEFORE) == Money(free * 90_00, "usd")
    with pytest.raises(timesheets.NotPaidAhead):
        rows.handed_in(hourly, free, 0.25, starts_on=BEFORE)
    assert rows.handed_in(hourly, free, starts_on=BEFORE).status == "submitted"
    assert hours.free(hourly, until=MONDAY) == Money((paid + 2 - free) * 90_00, "usd")


def test_hours_of_which_the_client_asks_are_corrected_however_long_it_takes(prepaid, hourly, acme):
    sheet = rows.handed_in(hourly, 4)
    timesheets.query(sheet, question="What was Monday?", by=acme, at=NOON)

    again = rows.handed_in(hourly, 3, at=NOON + timedelta(days=60))
    assert (again.pk, again.status, again.minutes) == (sheet.pk, "submitted", 180)


def test_a_week_that_is_to_come_pays_for_no_hours_before_it(pay, hourly):
    pay(rows.week(hourly, hours=5, starts_on=MONDAY + timedelta(days=7)))
    with pytest.raises(timesheets.NotPaidAhead):
        rows.handed_in(hourly, 1)


def test_the_weekly_limit_holds_whatever_has_rolled_on(pay, hourly):
    pay(rows.week(hourly, hours=10, starts_on=BEFORE))
    pay(rows.week(hourly, hours=20))
    with pytest.raises(timesheets.HoursDoNotFit, match="20 h are the limit"):
        rows.handed_in(hourly, 20, 1)


@pytest.mark.parametrize(
    "line",
    [
        Line(BEFORE, 60, "The week before"),
        Line(MONDAY + timedelta(days=7), 60, "The week after"),
        Line(MONDAY + timedelta(days=3), 60, "A day that is to come"),
        Line(MONDAY, 20, "No quarter"),
        Line(MONDAY, 0, "Nothing"),
        Line(MONDAY, 24 * 60 + 15, "More than a day"),
    ],
)
def test_every_line_is_of_a_day_of_the_week_and_in_quarters(prepaid, hourly, ada, line):
    with pytest.raises(timesheets.HoursDoNotFit):
        write(hourly, ada, [line])

    assert not TimesheetLine.objects.exists()


def test_two_lines_of_one_day_are_no_more_than_a_day(prepaid, hourly, ada):
    with pytest.raises(timesheets.HoursDoNotFit):
        write(hourly, ada, [Line(MONDAY, 13 * 60, "Day"), Line(MONDAY, 12 * 60, "Night")])


@pytest.mark.parametrize("starts_on", [MONDAY + timedelta(days=7), TUESDAY, date(2029, 11, 26)])
def test_a_week_is_this_one_or_one_of_the_four_before(prepaid, hourly, ada, starts_on):
    with pytest.raises(hours.WeekOutOfReach):
        write(hourly, ada, rows.lines(1, first=starts_on), starts_on=starts_on)

    assert not Timesheet.objects.exists()


def test_an_empty_week_is_not_handed_in(prepaid, hourly, ada):
    with pytest.raises(timesheets.HoursDoNotFit):
        timesheets.submit(hourly, MONDAY, [], by=ada, at=NOON)


def test_only_the_expert_writes_and_only_on_hourly_work(prepaid, hourly, contract, acme, ada):
    with pytest.raises(PermissionDenied):
        write(hourly, acme, rows.lines(1))
    with pytest.raises(IllegalMove):
        write(contract, ada, rows.lines(1))

    assert not Timesheet.objects.exists()


def test_nothing_is_handed_in_twice_nor_changed_while_it_is_read(prepaid, hourly, ada):
    rows.handed_in(hourly, 1)
    with pytest.raises(IllegalMove):
        rows.handed_in(hourly, 1)
    with pytest.raises(IllegalMove):
        write(hourly, ada, rows.lines(2))

    assert Timesheet.objects.get().minutes == 60


def test_a_frozen_contract_takes_no_hours(prepaid, hourly):
    contracts.freeze(hourly, reason=Freeze.Reason.STAFF, source="a", by=None, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        rows.handed_in(hourly, 1)

    assert not Timesheet.objects.exists()


def test_an_ended_contract_still_takes_the_hours_that_were_worked(prepaid, hourly, acme):
    Contract.objects.filter(pk=hourly.pk).update(status="ending")

    assert rows.handed_in(hourly, 1).status == "submitted"


def test_postgres_keeps_one_sheet_a_week_that_begins_on_monday(hourly):
    Timesheet.objects.create(contract=hourly, starts_on=MONDAY)
    for starts_on in (MONDAY, TUESDAY):
        with pytest.raises(IntegrityError), transaction.atomic():
            Timesheet.objects.create(contract=hourly, starts_on=starts_on)
