"""A payer's bank takes a charge back."""

import pytest
from stripe import InvalidRequestError

from marketplace.local.fakestripe.remote import NotDone

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


def test_an_appeal_keeps_the_money_away_until_the_network_decides(stripe, remote, charge):
    before = total(remote)
    opened = remote.dispute(charge.id)
    answer = {"evidence": {"product_description": "Evaluation set"}, "submit": True}
    stripe.v1.disputes.update(opened["id"], answer)
    with pytest.raises(InvalidRequestError, match="submitted already"):
        stripe.v1.disputes.update(opened["id"], answer)
    remote.advance(5 * DAY)

    appealed = remote.dispute(charge.id, "appeal_needs_response")

    assert appealed["evidence_details"]["due_by"] > opened["evidence_details"]["due_by"]
    assert stripe.v1.disputes.update(opened["id"], answer).status == "appeal_under_review"
    assert total(remote) == before - 330_00
    remote.dispute(charge.id, "won")
    assert total(remote) == before - 15_00


def test_a_prevented_dispute_is_over_with_the_money_gone_and_no_fee(stripe, remote, charge):
    before = total(remote)

    prevented = remote.dispute(charge.id, "prevented")

    assert stripe.v1.disputes.retrieve(prevented["id"]).status == "prevented"
    assert total(remote) == before - 315_00
    with pytest.raises(NotDone, match="already closed"):
        remote.dispute(charge.id, "won")
    kinds = [event.type for event in stripe.v1.events.list({"type": "charge.dispute.*"}).data]
    assert kinds == [
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.created",
    ]


def test_a_charge_may_be_disputed_again_and_in_a_way_nobody_has_heard_of(stripe, remote, charge):
    inquiry = remote.dispute(charge.id, "warning_needs_response", amount=100_00)
    with pytest.raises(NotDone, match="does not become won"):
        remote.dispute(charge.id, "won")
    remote.dispute(charge.id, "warning_closed")

    second = remote.dispute(charge.id, again=True, amount=200_00)
    unheard = remote.dispute(charge.id, "network_arbitration")
    with pytest.raises(NotDone, match="no stage"):
        remote.dispute(charge.id, "wonn")

    assert second["id"] == unheard["id"] != inquiry["id"]
    assert stripe.v1.disputes.retrieve(second["id"]).status == "network_arbitration"
    remote.dispute(charge.id, "lost")
    assert [one.status for one in stripe.v1.disputes.list().data] == ["lost", "warning_closed"]


@pytest.mark.parametrize(("words", "status"), [("winning", "won"), ("losing", "lost")])
def test_test_evidence_decides(stripe, remote, charge, words, status):
    opened = remote.dispute(charge.id)
    stripe.v1.disputes.update(
        opened["id"], {"evidence": {"uncategorized_text": f"{words}_evidence"}, "submit": True}
    )
    assert stripe.v1.disputes.retrieve(opened["id"]).status == status
