"""A client approves hours or asks about them; silence releases the money, a dispute keeps it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Contract, Freeze, Operation, Refund, Release, Timesheet
from contracts.services import (
    contracts,
    disputes,
    endings,
    hours,
    ledger,
    milestones,
    timesheets,
)
from contracts.services.statements import Told
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import banking
from tests.contracts import hourly as rows
from tests.contracts.hourly import BEFORE, MONDAY
from tests.laid import laid

DUE = NOON + timedelta(days=5)


def usd(minor):
    return Money(minor, "usd")


@laid
def sheet(prepaid, hourly) -> Timesheet:
    """Fifteen of the twenty hours, $1,350.00 of $1,800.00, in review."""
    return rows.handed_in(hourly, 8, 7)


def test_approving_releases_hours_times_rate_and_the_rest_rolls_on(sheet, prepaid, acme):
    timesheets.approve(sheet, by=acme, at=NOON)

    prepaid.refresh_from_db()
    release = Release.objects.get()
    assert (release.gross, release.net) == (usd(1_350_00), usd(1_269_00))
    assert (prepaid.status, prepaid.held) == ("funded", usd(450_00))
    assert ledger.balance(ledger.escrow(prepaid)) == usd(450_00)
    assert Operation.objects.get().kind == "transfer"
    assert Timesheet.objects.get().status == "released"


def test_the_rest_may_come_back_instead(sheet, prepaid, acme):
    timesheets.approve_and_return(sheet, by=acme, at=NOON)

    prepaid.refresh_from_db()
    assert (prepaid.status, prepaid.held) == ("settled", usd(0))
    refund = Refund.objects.get()
    assert (refund.kind, refund.amount, refund.total) == (
        "left_over", usd(450_00), usd(472_50),
    )  # fmt: skip


def test_hours_draw_on_the_oldest_money_first(pay, hourly, acme):
    older, newer = rows.week(hourly, 5, BEFORE), rows.week(hourly, 10)
    pay(older)
    pay(newer)
    timesheets.approve(rows.handed_in(hourly, 6, 2), by=acme, at=NOON)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.status, newer.status) == ("released", "funded")
    assert [row.gross for row in Release.objects.order_by("pk")] == [usd(450_00), usd(270_00)]
    assert newer.held == usd(630_00)


def test_later_hours_leave_what_earlier_hours_in_review_need(pay, hourly, acme):
    weeks = [rows.week(hourly, 10, starts_on) for starts_on in (BEFORE, MONDAY)]
    for week in weeks:
        pay(week)
    later = rows.handed_in(hourly, 8)
    earlier = rows.handed_in(hourly, 10, starts_on=BEFORE)
    timesheets.approve(later, by=acme, at=NOON)
    timesheets.approve(earlier, by=acme, at=NOON)

    assert [row.released for row in hourly.milestones.all()] == [usd(900_00), usd(720_00)]


def test_sending_back_leaves_what_other_hours_speak_for(pay, hourly, acme):
    for starts_on in (BEFORE, MONDAY):
        pay(rows.week(hourly, 10, starts_on))
    first = rows.handed_in(hourly, 4, starts_on=BEFORE)
    second = rows.handed_in(hourly, 7)
    timesheets.approve_and_return(first, by=acme, at=NOON)

    # Six hours of the older week, then one of the newer: both are spoken for.
    assert not Refund.objects.exists()
    timesheets.approve_and_return(second, by=acme, at=NOON)
    assert Refund.objects.get().amount == usd(810_00)


def test_weeks_to_come_stay_paid_when_the_rest_goes_back(sheet, pay, hourly, acme):
    ahead = rows.week(hourly, 10, MONDAY + timedelta(days=7))
    pay(ahead)
    timesheets.approve_and_return(sheet, by=acme, at=NOON)

    ahead.refresh_from_db()
    assert (ahead.status, ahead.held) == ("funded", usd(900_00))
    assert Refund.objects.get().amount == usd(450_00)


def test_a_question_stops_the_clock_and_the_hours_come_again(sheet, hourly, acme, ada):
    timesheets.query(sheet, question="What was Tuesday?", by=acme, at=NOON)

    sheet.refresh_from_db()
    assert (sheet.status, sheet.review_due_at) == ("queried", None)
    assert timesheets.unanswered(at=DUE) == []
    assert Notification.objects.get(user=ada, subject__contains="A question").body == (
        "What was Tuesday?"
    )
    again = rows.handed_in(hourly, 8, 6, at=NOON + timedelta(days=1))
    assert (again.pk, again.minutes, again.review_due_at) == (
        sheet.pk, 14 * 60, DUE + timedelta(days=1),
    )  # fmt: skip


def test_silence_releases_them_once_the_window_is_over(sheet, prepaid):
    early = DUE - timedelta(seconds=1)
    assert timesheets.unanswered(at=early) == []
    assert timesheets.approve_unanswered(sheet, at=early) == []

    assert timesheets.unanswered(at=DUE) == [sheet.pk]
    timesheets.approve_unanswered(sheet, at=DUE)
    assert timesheets.approve_unanswered(sheet, at=DUE) == []

    assert (Release.objects.get().gross, Release.objects.get().by) == (usd(1_350_00), None)


def test_the_client_is_reminded_once_a_day_before(sheet, acme):
    for at in (DUE - timedelta(days=2), DUE - timedelta(hours=20), DUE - timedelta(hours=1)):
        timesheets.remind_due(at=at)

    reminders = Notification.objects.filter(user=acme, subject__startswith="Still to review")
    assert reminders.count() == 1


def test_only_those_who_pay_approve_and_nobody_twice(sheet, acme, ada, mallory, member):
    for who in (ada, mallory, member("hiring")):
        with pytest.raises(PermissionDenied):
            timesheets.approve(sheet, by=who, at=NOON)
    for who in (ada, mallory):
        with pytest.raises(PermissionDenied):
            timesheets.query(sheet, question="?", by=who, at=NOON)
    assert not Release.objects.exists()

    timesheets.approve(sheet, by=acme, at=NOON)
    with pytest.raises(IllegalMove):
        timesheets.approve(sheet, by=acme, at=NOON)
    assert Release.objects.count() == 1


def test_a_frozen_contract_releases_nothing_and_its_clock_stands(sheet, hourly, acme):
    contracts.freeze(hourly, reason=Freeze.Reason.STAFF, source="a", by=None, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        timesheets.approve(sheet, by=acme, at=NOON)
    assert timesheets.approve_unanswered(sheet, at=DUE) == []

    assert not Release.objects.exists()


def test_while_the_money_is_disputed_nothing_is_released(sheet, prepaid, acme, ada):
    told = Told("Not these hours.")
    dispute = disputes.open_on(prepaid, wants=usd(0), told=told, by=acme, at=NOON)
    with pytest.raises(timesheets.MoneyIsDisputed):
        timesheets.approve(sheet, by=acme, at=NOON)
    assert timesheets.approve_unanswered(sheet, at=DUE) == []
    assert not Release.objects.exists()

    disputes.withdraw(dispute, by=acme, at=DUE)
    sheet.refresh_from_db()
    assert sheet.review_due_at == DUE + timedelta(days=5)


def test_hours_whose_money_goes_back_are_closed(sheet, prepaid, hourly, ada):
    milestones.give_back(prepaid, by=ada, at=NOON)

    sheet.refresh_from_db()
    assert (sheet.status, sheet.review_due_at) == ("void", None)
    assert Notification.objects.filter(user=ada, subject__endswith="are closed").exists()


# --- A bank that takes a part of a week back


@laid
def short(stripe, hourly, acme) -> Timesheet:
    """Twenty hours in review, $1,800.00, of whose payment a bank has taken $525.00 for good."""
    payment = banking.paid(stripe, rows.week(hourly), by=acme)
    sheet = rows.handed_in(hourly, 10, 10)
    bank = banking.Bank(stripe)
    bank.brings(payment, amount=525_00)
    bank.brings(payment, "lost")
    return sheet


def test_hours_that_a_bank_leaves_unpaid_are_closed_and_written_anew(short, hourly, acme, ada):
    short.refresh_from_db()
    assert (short.status, short.review_due_at) == ("void", None)
    told = Notification.objects.get(user=ada, subject__endswith="are closed")
    assert "as many hours as are still paid for" in told.body

    assert hours.free(hourly, until=MONDAY) == usd(1_300_00)
    long_after = NOON + timedelta(days=75)
    with pytest.raises(timesheets.NotPaidAhead, match=r"14\.25 h are paid for"):
        rows.handed_in(hourly, 10, 10, at=long_after)
    again = rows.handed_in(hourly, 10, 4.25, at=long_after)
    timesheets.approve(again, by=acme, at=long_after)
    assert Release.objects.get().gross == usd(1_282_50)


def test_a_week_after_the_hold_what_nobody_writes_anew_goes_back(short, hourly, acme):
    endings.end(hourly, reason=Contract.EndReason.BUDGET, note="", by=acme, at=NOON)
    Freeze.objects.update(lifted_at=DUE)

    assert hours.ended(at=DUE + timedelta(days=7, seconds=-1)) == []
    assert hours.ended(at=DUE + timedelta(days=7)) == [hourly.pk]


def test_hours_that_other_money_pays_for_stay_in_review(stripe, pay, hourly, acme):
    pay(rows.week(hourly, 10, BEFORE))
    payment = banking.paid(stripe, rows.week(hourly, 10), by=acme)
    sheet = rows.handed_in(hourly, 10)
    bank = banking.Bank(stripe)
    bank.brings(payment, amount=525_00)
    bank.brings(payment, "lost")

    sheet.refresh_from_db()
    assert sheet.status == "submitted"
    timesheets.approve(sheet, by=acme, at=NOON)
    assert Release.objects.get().gross == usd(900_00)
