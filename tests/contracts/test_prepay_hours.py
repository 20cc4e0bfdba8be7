"""A client pays for hours of a week ahead; what nobody works comes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Contract, Freeze, Milestone, Offer, Payment, Period, Refund
from contracts.services import (
    contracts,
    endings,
    funding,
    hours,
    ledger,
    milestones,
    offers,
    pauses,
    timesheets,
)
from contracts.services.offered import TermsAreOutOfBounds
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as rows
from tests.contracts.hourly import BEFORE, MONDAY

A_WEEK = timedelta(days=7)
TEN = 10 * 60


def prepay(contract, by, minutes=TEN, starts_on=MONDAY, at=NOON):
    return hours.checkout_url(contract, starts_on=starts_on, minutes=minutes, by=by, at=at)


def test_a_week_is_paid_for_like_a_milestone(hourly, stripe, acme, ada):
    prepay(hourly, acme)
    payment = Payment.objects.get()
    stripe.pay(payment.session_id)
    funding.sync(payment, at=NOON)

    milestone = hourly.milestones.get()
    assert (milestone.kind, milestone.status) == ("hours", "funded")
    assert milestone.title == "Week of 31 Dec 2029, 10 h"
    assert milestone.held == Money(900_00, "usd")
    assert payment.total == Money(945_00, "usd")
    assert (milestone.period.starts_on, milestone.period.minutes) == (MONDAY, TEN)
    subjects = Notification.objects.filter(user=ada).values_list("subject", flat=True)
    assert "10 h are paid for, week of 31 Dec 2029: $900.00 held" in subjects


def test_two_clicks_are_one_payment_and_other_hours_another(hourly, stripe, acme):
    first = prepay(hourly, acme)
    assert prepay(hourly, acme) == first

    assert prepay(hourly, acme, minutes=5 * 60) != first

    assert [row.status for row in hourly.milestones.all()] == ["cancelled", "funding"]
    assert Payment.objects.get(milestone__position=1).status == "expired"


@pytest.mark.parametrize(
    ("minutes", "starts_on", "refusal"),
    [
        (20 * 60 + 15, MONDAY, hours.HoursOutOfBounds),
        (0, MONDAY, hours.HoursOutOfBounds),
        (-60, MONDAY, hours.HoursOutOfBounds),
        (50, MONDAY, hours.HoursOutOfBounds),
        (TEN, BEFORE, hours.WeekOutOfReach),
        (TEN, MONDAY + 5 * A_WEEK, hours.WeekOutOfReach),
        (TEN, MONDAY + timedelta(days=1), hours.WeekOutOfReach),
    ],
)
def test_only_hours_of_a_near_week_within_the_limit(hourly, acme, minutes, starts_on, refusal):
    with pytest.raises(refusal):
        prepay(hourly, acme, minutes=minutes, starts_on=starts_on)

    assert not Milestone.objects.exists()


def test_what_is_paid_for_a_week_counts_towards_its_limit(prepaid, hourly, acme):
    with pytest.raises(hours.HoursOutOfBounds):
        prepay(hourly, acme, minutes=15)

    assert hourly.milestones.count() == 1


def test_only_those_who_pay_prepay(hourly, contract, acme, ada, mallory, member):
    for who in (ada, mallory, member("hiring")):
        with pytest.raises(PermissionDenied):
            prepay(hourly, who)
    with pytest.raises(IllegalMove):
        prepay(contract, acme)
    contracts.freeze(hourly, reason=Freeze.Reason.STAFF, source="a", by=None, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        prepay(hourly, acme)

    assert not Period.objects.exists()


def test_hours_are_handed_in_and_released_by_no_other_way(prepaid, acme, ada):
    with pytest.raises(IllegalMove):
        milestones.submit(prepaid, note="Done", link="", readings={}, by=ada, at=NOON)
    with pytest.raises(IllegalMove):
        milestones.release_part(prepaid, Money(90_00, "usd"), number=1, by=acme, at=NOON)

    assert prepaid.held == Money(1_800_00, "usd")


# --- What is left over


def test_the_contract_goes_on_when_a_week_is_used_up(prepaid, hourly, acme):
    timesheets.approve(rows.handed_in(hourly, 10, 10), by=acme, at=NOON)

    hourly.refresh_from_db()
    assert hourly.status == Contract.Status.ACTIVE
    assert [row.status for row in hourly.milestones.all()] == ["released"]


def test_what_nobody_hands_in_goes_back_a_week_after_the_end(prepaid, hourly, acme, ada):
    endings.end(hourly, reason=Contract.EndReason.BUDGET, note="", by=acme, at=NOON)
    hourly.refresh_from_db()
    assert hourly.status == Contract.Status.ENDING
    assert hours.ended(at=NOON + timedelta(days=6)) == []
    assert hours.return_after_the_end(hourly, at=NOON + timedelta(days=6)) is None

    timesheets.approve(rows.handed_in(hourly, 4), by=acme, at=NOON)
    assert hours.ended(at=NOON + A_WEEK) == [hourly.pk]
    assert hours.return_after_the_end(hourly, at=NOON + A_WEEK) == Money(1_440_00, "usd")
    assert hours.return_after_the_end(hourly, at=NOON + A_WEEK) is None

    hourly.refresh_from_db()
    assert hourly.status == Contract.Status.COMPLETED
    assert Refund.objects.get().total == Money(1_512_00, "usd")
    assert ledger.balance(ledger.escrow(prepaid)) == Money(0, "usd")


def test_hours_in_review_keep_their_money_at_the_end(prepaid, hourly, acme):
    rows.handed_in(hourly, 4)
    endings.end(hourly, reason=Contract.EndReason.BUDGET, note="", by=acme, at=NOON)

    assert hours.ended(at=NOON + A_WEEK) == []

    assert not Refund.objects.exists()


def test_an_hourly_contract_nobody_paid_for_ends_at_once(hourly, acme):
    endings.end(hourly, reason=Contract.EndReason.OTHER, note="", by=acme, at=NOON)

    hourly.refresh_from_db()
    assert hourly.status == Contract.Status.CANCELLED


# --- The offer


def test_an_offer_by_the_hour_becomes_a_contract_by_the_hour(proposal, acme, ada):
    terms = agreed.hours(proposal, rate=Money(120_00, "usd"))
    offer = offers.make_hourly(proposal, **terms, by=acme, at=NOON)
    contract = offers.accept(offer, by=ada, at=NOON)

    assert (contract.kind, contract.rate) == ("hourly", Money(120_00, "usd"))
    assert (contract.weekly_minutes, contract.review_window_days) == (TEN, 5)
    assert not contract.milestones.exists()
    assert not contract.checks.exists()
    said = contract.terms.get().document["terms"]
    assert (said["rate_minor"], said["weekly_minutes"]) == (120_00, TEN)
    subjects = set(Notification.objects.values_list("subject", flat=True))
    assert "Offer of $120.00 an hour for Advice, answer by 8 Jan 2030" in subjects
    assert "Ada Okonkwo accepted. Pay for the first week to start" in subjects


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": Money(90_50, "usd")},
        {"rate": Money(4_00, "usd")},
        {"rate": Money(1_001_00, "usd")},
        {"weekly_minutes": 50},
        {"weekly_minutes": 61 * 60},
    ],
)
def test_a_rate_is_whole_dollars_and_a_week_has_sixty_hours(proposal, acme, changes):
    with pytest.raises(TermsAreOutOfBounds):
        offers.make_hourly(proposal, **agreed.hours(proposal, **changes), by=acme, at=NOON)

    assert not Offer.objects.exists()


# --- Weeks that nobody has paid for yet

FRIDAY = NOON + timedelta(days=3)


def unpaid(user):
    return Notification.objects.filter(user=user, subject__startswith="The week of 7 Jan 2030")


def test_on_the_friday_before_an_unpaid_week_whoever_pays_is_told_once(
    hourly, prepaid, acme, ada, member
):
    hiring = member("hiring")
    for at in (FRIDAY - timedelta(days=1), FRIDAY, FRIDAY + timedelta(days=1)):
        hours.remind_due(at=at)

    notice = unpaid(acme).get()
    assert notice.created_at == FRIDAY
    assert "$1,800.00 and our fee" in notice.body
    assert not unpaid(hiring).exists()
    assert not unpaid(ada).exists()


def test_a_week_that_is_paid_for_is_left_alone(hourly, prepaid, pay, acme):
    pay(rows.week(hourly, starts_on=MONDAY + A_WEEK))

    hours.remind_due(at=FRIDAY)

    assert not unpaid(acme).exists()


@pytest.mark.parametrize("status", [Contract.Status.ENDING, Contract.Status.COMPLETED])
def test_an_ended_contract_asks_for_nothing(hourly, prepaid, acme, status):
    Contract.objects.update(status=status)

    hours.remind_due(at=FRIDAY)

    assert not unpaid(acme).exists()
    Contract.objects.update(status=Contract.Status.ACTIVE)


def test_before_the_first_week_is_paid_nobody_is_asked(hourly, acme):
    hours.remind_due(at=FRIDAY)

    assert not unpaid(acme).exists()


def test_a_contract_on_hold_or_paused_is_asked_for_nothing(hourly, prepaid, acme):
    contracts.freeze(hourly, reason="staff", source="staff", by=None, at=NOON)
    hours.remind_due(at=FRIDAY)
    contracts.unfreeze(hourly, source="staff", by=None, at=NOON)
    pauses.pause(hourly, reason="away", note="", by=acme, at=NOON)
    hours.remind_due(at=FRIDAY)

    assert not unpaid(acme).exists()


def test_a_week_whose_payment_a_bank_works_on_is_left_alone(hourly, prepaid, stripe, acme):
    prepay(hourly, acme, starts_on=MONDAY + A_WEEK)
    hours.remind_due(at=FRIDAY - timedelta(days=1))
    payment = Payment.objects.get(milestone__period__starts_on=MONDAY + A_WEEK)
    stripe.pay(payment.session_id, "processing")
    funding.sync(payment, at=NOON)

    hours.remind_due(at=FRIDAY)

    assert not unpaid(acme).exists()


def test_one_query_finds_them_however_many_contracts_there_are(
    hourly, prepaid, django_assert_max_num_queries
):
    Contract.objects.update(status=Contract.Status.ENDING)

    with django_assert_max_num_queries(2):
        hours.remind_due(at=FRIDAY)
    Contract.objects.update(status=Contract.Status.ACTIVE)
