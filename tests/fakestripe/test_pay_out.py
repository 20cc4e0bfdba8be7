"""Money goes from a balance to a bank, which may send it back."""

import pytest
from stripe import InvalidRequestError

from tests.fakestripe.conftest import pay, send

DAY = 24 * 3600


@pytest.fixture
def rich(remote, charge):
    """A platform whose money is available."""
    remote.advance(2 * DAY)


def available(stripe):
    return stripe.v1.balance.retrieve().available[0].amount


def test_a_payout_arrives_after_two_days(stripe, remote, rich):
    payout = stripe.v1.payouts.create({"amount": 100_00, "currency": "usd"})
    assert payout.status == "pending"
    assert available(stripe) == 205_56
    remote.advance(2 * DAY)
    assert stripe.v1.payouts.retrieve(payout.id).status == "paid"


def test_a_paid_payout_may_still_fail(stripe, remote, rich):
    payout = stripe.v1.payouts.create({"amount": 100_00, "currency": "usd"})
    remote.bring_payout(payout.id, "paid")
    remote.bring_payout(payout.id, "failed")
    failed = stripe.v1.payouts.retrieve(payout.id)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert available(stripe) == 305_56
    remote.advance(2 * DAY)
    assert stripe.v1.payouts.retrieve(payout.id).status == "failed"


def test_a_payout_is_cancelled_before_it_travels(stripe, remote, rich):
    payout = stripe.v1.payouts.create({"amount": 100_00, "currency": "usd"})
    assert stripe.v1.payouts.cancel(payout.id).status == "canceled"
    assert available(stripe) == 305_56
    with pytest.raises(InvalidRequestError, match="status of canceled"):
        stripe.v1.payouts.cancel(payout.id)


def test_no_more_is_paid_out_than_is_available(stripe, charge):
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payouts.create({"amount": 1, "currency": "usd"})
    assert refused.value.code == "balance_insufficient"


def test_an_experts_payouts_are_their_own(stripe, remote, ada, charge):
    send(stripe, ada, charge, 200_00)
    remote.advance(2 * DAY)
    remote.pay_out(ada.id, 150_00)
    theirs = stripe.v1.payouts.list(options={"stripe_account": ada.id}).data
    assert [(one.amount, one.automatic) for one in theirs] == [(150_00, True)]
    assert stripe.v1.payouts.list().data == []
    assert remote.invariants()["ok"]


def test_the_schedule_of_payouts_is_kept(stripe):
    assert stripe.v1.balance_settings.retrieve().payments.payouts.schedule.interval == "daily"
    stripe.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    )
    assert stripe.v1.balance_settings.retrieve().payments.payouts.schedule.interval == "manual"


def test_a_longer_clearing_time_keeps_money_pending(stripe, remote):
    timing = {"settlement_timing": {"delay_days_override": 7}}
    stripe.v1.balance_settings.update({"payments": timing})
    pay(stripe, remote)
    remote.advance(6 * DAY)
    assert available(stripe) == 0
    remote.advance(DAY)
    assert available(stripe) == 305_56


def test_a_day_of_automatic_payouts_empties_every_balance_but_the_manual_ones(
    stripe, remote, ada, charge
):
    send(stripe, ada, charge, 200_00)
    remote.advance(2 * DAY)
    stripe.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    )

    [theirs] = remote.pay_everybody_out()

    assert (theirs["amount"], theirs["automatic"]) == (200_00, True)
    assert available(stripe) == 105_56
    stripe.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "daily"}}}}
    )
    assert [one["amount"] for one in remote.pay_everybody_out()] == [105_56]
    assert available(stripe) == 0
