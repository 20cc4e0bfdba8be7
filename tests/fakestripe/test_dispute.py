"""A payer's bank takes a charge back."""

import pytest
from stripe import InvalidRequestError

DAY = 24 * 3600


def total(remote):
    return remote.invariants()["platform"]["usd"]["total"]


def test_a_dispute_takes_the_amount_and_a_fee(stripe, remote, charge):
    before = total(remote)
    dispute = stripe.v1.disputes.retrieve(remote.dispute(charge.id)["id"])
    assert (dispute.status, dispute.amount) == ("needs_response", 315_00)
    assert dispute.balance_transactions[0].net == -330_00
    assert stripe.v1.charges.retrieve(charge.id).disputed
    assert total(remote) == before - 330_00


def test_a_dispute_that_is_won_brings_the_amount_back(stripe, remote, charge):
    before = total(remote)
    opened = remote.dispute(charge.id)
    answered = stripe.v1.disputes.update(
        opened["id"], {"evidence": {"product_description": "Evaluation set"}, "submit": True}
    )
    assert answered.status == "under_review"
    assert answered.evidence_details.has_evidence
    remote.dispute(charge.id, "won")
    assert stripe.v1.disputes.retrieve(opened["id"]).status == "won"
    assert total(remote) == before - 15_00


def test_a_dispute_that_is_lost_keeps_the_amount(stripe, remote, charge):
    before = total(remote)
    opened = remote.dispute(charge.id, amount=100_00)
    assert stripe.v1.disputes.close(opened["id"]).status == "lost"
    assert total(remote) == before - 115_00
    with pytest.raises(InvalidRequestError, match="already closed"):
        stripe.v1.disputes.close(opened["id"])


def test_an_inquiry_moves_no_money_until_it_grows(stripe, remote, charge):
    before = total(remote)
    inquiry = remote.dispute(charge.id, "warning_needs_response")
    assert inquiry["is_charge_refundable"]
    assert total(remote) == before
    remote.dispute(charge.id, "needs_response")
    assert total(remote) == before - 330_00
    with pytest.raises(InvalidRequestError, match="charged back"):
        stripe.v1.refunds.create({"charge": charge.id})


def test_an_inquiry_can_end_by_a_refund(stripe, remote, charge):
    inquiry = remote.dispute(charge.id, "warning_needs_response")
    assert stripe.v1.refunds.create({"charge": charge.id}).status == "succeeded"
    assert stripe.v1.disputes.close(inquiry["id"]).status == "warning_closed"


def test_evidence_is_not_taken_after_its_time(stripe, remote, charge):
    opened = remote.dispute(charge.id)
    remote.advance(10 * DAY)
    with pytest.raises(InvalidRequestError, match="is over"):
        stripe.v1.disputes.update(opened["id"], {"submit": True})
