"""Money goes back to the payer, at once or when there is enough of it."""

import pytest
from stripe import InvalidRequestError

from tests.fakestripe.conftest import pay, send

DAY = 24 * 3600


def refund(stripe, charge, **changes):
    return stripe.v1.refunds.create(
        {
            "payment_intent": charge.payment_intent,
            "reason": "requested_by_customer",
            "metadata": {"operation": "op_1"},
            **changes,
        }
    )


def without_bank_cover(stripe):
    stripe.v1.balance_settings.update({"payments": {"debit_negative_balances": False}})


def test_a_charge_is_refunded_in_parts(stripe, remote, charge):
    part = refund(stripe, charge, amount=100_00)
    assert (part.status, part.charge) == ("succeeded", charge.id)
    assert not stripe.v1.charges.retrieve(charge.id).refunded
    refund(stripe, charge)
    whole = stripe.v1.charges.retrieve(charge.id)
    assert (whole.amount_refunded, whole.refunded) == (315_00, True)
    # Stripe keeps its fee, and the platform's bank covers it.
    assert stripe.v1.balance.retrieve().pending[0].amount == -9_44
    assert remote.invariants()["ok"]


def test_no_more_is_refunded_than_was_paid(stripe, charge):
    refund(stripe, charge, amount=300_00)
    with pytest.raises(InvalidRequestError, match="greater than unrefunded amount"):
        refund(stripe, charge, amount=15_01)


def test_a_refunded_charge_is_not_refunded_again(stripe, charge):
    refund(stripe, charge)
    with pytest.raises(InvalidRequestError) as refused:
        refund(stripe, charge)
    assert refused.value.code == "charge_already_refunded"


def test_a_refund_leaves_the_transfers_alone(stripe, ada, charge):
    send(stripe, ada, charge, 200_00)
    refund(stripe, charge, amount=100_00)
    assert stripe.v1.transfers.list().data[0].amount_reversed == 0


def test_a_refund_waits_for_money_that_comes_later(stripe, remote, charge):
    without_bank_cover(stripe)
    waiting = refund(stripe, charge)
    assert (waiting.status, waiting.pending_reason) == ("pending", "insufficient_funds")
    assert stripe.v1.balance.retrieve().pending[0].amount == 305_56
    pay(stripe, remote)
    assert stripe.v1.refunds.retrieve(waiting.id).status == "succeeded"
    assert stripe.v1.balance.retrieve().pending[0].amount == 2 * 305_56 - 315_00


def test_a_waiting_refund_can_be_taken_back(stripe, remote, charge):
    without_bank_cover(stripe)
    waiting = refund(stripe, charge)
    assert stripe.v1.refunds.cancel(waiting.id).status == "canceled"
    assert stripe.v1.charges.retrieve(charge.id).amount_refunded == 0
    with pytest.raises(InvalidRequestError, match="status of canceled"):
        stripe.v1.refunds.cancel(waiting.id)


def test_a_refund_the_bank_sends_back_is_on_the_balance_again(stripe, remote, charge):
    given = refund(stripe, charge, amount=100_00)
    remote.fail_refund(given.id)
    failed = stripe.v1.refunds.retrieve(given.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    books = remote.invariants()
    assert books["ok"]
    assert books["platform"]["usd"]["total"] == 305_56


def test_refunds_are_found_by_their_payment(stripe, remote, charge):
    given = refund(stripe, charge, amount=100)
    other = pay(stripe, remote)
    found = stripe.v1.refunds.list({"payment_intent": charge.payment_intent}).data
    assert [one.id for one in found] == [given.id]
    assert stripe.v1.refunds.list({"charge": other.id}).data == []
