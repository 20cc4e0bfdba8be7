"""Money goes from the platform to an expert, never more than came in, and can be called back."""

import pytest
from stripe import InvalidRequestError

from tests.fakestripe.conftest import open_account, open_session, send

DAY = 24 * 3600


def pending(stripe, account):
    return stripe.v1.balance.retrieve(options={"stripe_account": account.id}).pending[0].amount


def available(stripe, account):
    return stripe.v1.balance.retrieve(options={"stripe_account": account.id}).available[0].amount


def test_a_transfer_moves_money_between_balances(stripe, remote, ada, charge):
    transfer = send(stripe, ada, charge, 270_00, metadata={"operation": "op_1"})
    assert transfer.metadata.to_dict() == {"operation": "op_1"}
    assert transfer.transfer_group == "contract_1"
    assert pending(stripe, ada) == 270_00
    assert stripe.v1.balance.retrieve().pending[0].amount == 305_56 - 270_00
    assert remote.invariants()["ok"]


def test_a_transfer_is_as_available_as_its_charge(stripe, remote, ada, charge):
    send(stripe, ada, charge, 270_00)
    assert available(stripe, ada) == 0
    remote.advance(2 * DAY)
    assert available(stripe, ada) == 270_00


def test_transfers_never_exceed_their_charge(stripe, ada, charge):
    send(stripe, ada, charge, 200_00)
    send(stripe, ada, charge, 115_00)
    with pytest.raises(InvalidRequestError, match=r"already \$315.00 transferred"):
        send(stripe, ada, charge, 1)
    assert pending(stripe, ada) == 315_00


def test_a_transfer_without_a_charge_needs_available_money(stripe, remote, ada, charge):
    def transfer():
        return stripe.v1.transfers.create(
            {"amount": 100_00, "currency": "usd", "destination": ada.id}
        )

    with pytest.raises(InvalidRequestError) as refused:
        transfer()
    assert refused.value.code == "balance_insufficient"
    remote.advance(2 * DAY)
    assert transfer().amount == 100_00
    assert available(stripe, ada) == 100_00


@pytest.mark.parametrize("state", ["pending", "restricted", "rejected"])
def test_only_a_verified_expert_receives(stripe, remote, charge, state):
    account = open_account(stripe)
    remote.onboard(account.id, state)
    with pytest.raises(InvalidRequestError) as refused:
        send(stripe, account, charge, 100_00)
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    assert pending(stripe, account) == 0


def test_a_closed_account_receives_nothing(stripe, ada, charge):
    stripe.v2.core.accounts.close(ada.id)
    with pytest.raises(InvalidRequestError, match="capabilities"):
        send(stripe, ada, charge, 100_00)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"currency": "eur"}, "must be the same as the transfer currency"),
        ({"destination": "acct_nobody"}, "No such account"),
        ({"source_transaction": "ch_nobody"}, "No such charge"),
        ({"amount": 0}, "greater than or equal to 1"),
        ({"amount": -5}, "greater than or equal to 1"),
        ({"amount": 10**12}, "too large"),
    ],
)
def test_a_transfer_stripe_would_refuse_is_refused(stripe, ada, charge, changes, reason):
    with pytest.raises(InvalidRequestError, match=reason):
        send(stripe, ada, charge, 100_00, **changes)
    assert stripe.v1.transfers.list().data == []


def test_an_unpaid_charge_cannot_be_sent_on(stripe, remote, ada):
    remote.pay(open_session(stripe).id, "card_declined")
    failed = stripe.v1.charges.list().data[0]
    with pytest.raises(InvalidRequestError, match="is not paid"):
        send(stripe, ada, failed, 100)


def test_a_transfer_is_reversed_in_parts(stripe, remote, ada, charge):
    transfer = send(stripe, ada, charge, 270_00)
    stripe.v1.transfers.reversals.create(transfer.id, {"amount": 70_00, "metadata": {"op": "2"}})
    part = stripe.v1.transfers.retrieve(transfer.id)
    assert (part.amount_reversed, part.reversed) == (70_00, False)
    stripe.v1.transfers.reversals.create(transfer.id)
    whole = stripe.v1.transfers.retrieve(transfer.id)
    assert (whole.amount_reversed, whole.reversed) == (270_00, True)
    assert [one.amount for one in stripe.v1.transfers.reversals.list(transfer.id).data] == [
        200_00,
        70_00,
    ]
    assert pending(stripe, ada) == 0
    assert remote.invariants()["ok"]


def test_no_more_is_reversed_than_was_sent(stripe, ada, charge):
    transfer = send(stripe, ada, charge, 270_00)
    with pytest.raises(InvalidRequestError, match="greater than unreversed amount"):
        stripe.v1.transfers.reversals.create(transfer.id, {"amount": 270_01})
    assert pending(stripe, ada) == 270_00


def test_money_that_was_paid_out_cannot_be_called_back(stripe, remote, ada, charge):
    transfer = send(stripe, ada, charge, 270_00)
    remote.advance(2 * DAY)
    remote.pay_out(ada.id, 200_00)
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.transfers.reversals.create(transfer.id, {"amount": 100_00})
    assert refused.value.code == "balance_insufficient"
    assert stripe.v1.transfers.reversals.create(transfer.id, {"amount": 70_00}).amount == 70_00


def test_a_reversal_makes_room_for_another_transfer(stripe, ada, charge):
    transfer = send(stripe, ada, charge, 315_00)
    stripe.v1.transfers.reversals.create(transfer.id, {"amount": 15_00})
    assert send(stripe, ada, charge, 15_00).amount == 15_00


def test_transfers_are_found_by_their_group(stripe, remote, ada, charge):
    sent = send(stripe, ada, charge, 100_00)
    send(stripe, ada, charge, 50_00, transfer_group="contract_2")
    found = stripe.v1.transfers.list({"transfer_group": "contract_1"}).data
    assert [one.id for one in found] == [sent.id]
