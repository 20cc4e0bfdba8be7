"""Money goes back to the payer, at once or when there is enough of it."""

import pytest
from stripe import InvalidRequestError

from marketplace.local.fakestripe.remote import NotDone
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


def test_a_slow_refund_has_left_the_balance_and_is_brought_further_by_its_bank(
    stripe, remote, charge
):
    remote.slow_refunds(2)
    first, second, quick = (refund(stripe, charge, amount=50_00) for _ in range(3))
    assert (first.status, first.pending_reason) == ("pending", "processing")
    assert (second.status, quick.status) == ("pending", "succeeded")
    assert stripe.v1.balance.retrieve().pending[0].amount == 305_56 - 150_00
    with pytest.raises(InvalidRequestError, match="status of pending"):
        stripe.v1.refunds.cancel(first.id)

    remote.bring_refund(first.id, "succeeded")
    remote.bring_refund(second.id, "requires_action")
    assert stripe.v1.refunds.retrieve(first.id).status == "succeeded"
    assert stripe.v1.refunds.retrieve(second.id).status == "requires_action"
    assert stripe.v1.refunds.cancel(second.id).status == "canceled"
    remote.bring_refund(first.id, "failed")

    assert stripe.v1.charges.retrieve(charge.id).amount_refunded == 50_00
    books = remote.invariants()["platform"]["usd"]
    assert (books["pending"], books["available"]) == (305_56 - 150_00, 100_00)
    assert [one.status for one in stripe.v1.refunds.list().data] == [
        "succeeded",
        "canceled",
        "failed",
    ]


def test_a_refund_made_by_hand_names_no_operation_and_no_request(stripe, remote, charge):
    made = remote.by_hand("/v1/refunds", charge=charge.id, amount=10_00)

    assert stripe.v1.refunds.retrieve(made["id"]).metadata.to_dict() == {}
    [told] = stripe.v1.events.list({"type": "refund.created"}).data
    assert (told.data.object.id, told.request.id) == (made["id"], None)
    with pytest.raises(NotDone, match="refund"):
        remote.by_hand("/v1/refunds", charge=charge.id, amount=306_00)
