"""The expert gives held money back: the client is refunded, our fee on it included."""

import pytest
from django.core.exceptions import PermissionDenied

from contracts.models import LedgerTransaction, Milestone, Operation, Refund
from contracts.services import contracts, ledger, milestones
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed

USD_0 = Money(0, "usd")


def test_all_that_is_held_goes_back_with_our_fee(held, stripe, sdk, milestone, ada, work):
    refund = milestones.give_back(milestone, by=ada, at=NOON)

    milestone.refresh_from_db()
    assert (milestone.status, milestone.held) == (Milestone.Status.REFUNDED, USD_0)
    assert (refund.amount, refund.total) == (Money(3_000_00, "usd"), Money(3_150_00, "usd"))
    assert ledger.balance(ledger.refund_payable(held)) == Money(3_150_00, "usd")

    work()

    operation = refund.operations.get()
    assert operation.status == Operation.Status.SUCCEEDED
    assert ledger.balance(ledger.refund_payable(held)) == USD_0
    (sent,) = sdk.v1.refunds.list({"payment_intent": held.intent_id}).data
    assert (sent.amount, sent.metadata["op_id"]) == (3_150_00, operation.public_id)


def test_after_a_part_was_released_the_rest_goes_back(held, stripe, milestone, acme, ada):
    milestones.release_part(milestone, Money(1_000_01, "usd"), number=1, by=acme, at=NOON)

    refund = milestones.give_back(milestone, by=ada, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.SETTLED
    assert refund.amount == Money(1_999_99, "usd")
    release = milestone.releases.get()
    assert release.client_fee_minor + refund.fee_minor == 150_00


def test_a_contract_whose_only_milestone_was_refunded_is_cancelled(held, stripe, milestone, ada):
    contract = milestone.contract
    contract.milestones.exclude(pk=milestone.pk).delete()

    milestones.give_back(milestone, by=ada, at=NOON)

    contract.refresh_from_db()
    assert contract.status == "cancelled"


@pytest.mark.parametrize("who", ["acme", "mallory"])
def test_only_the_expert_gives_back(held, stripe, milestone, who, request):
    with pytest.raises(PermissionDenied):
        milestones.give_back(milestone, by=request.getfixturevalue(who), at=NOON)

    assert not Refund.objects.exists()


def test_what_is_not_held_is_not_given_back(milestone, ada):
    with pytest.raises(IllegalMove):
        milestones.give_back(milestone, by=ada, at=NOON)

    assert not LedgerTransaction.objects.exists()


def test_nothing_moves_while_the_contract_is_frozen(held, stripe, milestone, ada):
    contracts.freeze(milestone.contract, reason="staff", source="test", by=None, at=NOON)

    with pytest.raises(contracts.ContractIsFrozen):
        milestones.give_back(milestone, by=ada, at=NOON)

    assert not Refund.objects.exists()
    contracts.unfreeze(milestone.contract, source="test", by=None, at=NOON)
    assert milestones.give_back(milestone, by=ada, at=NOON)


def test_a_refund_the_bank_sends_back_is_owed_again(held, stripe, milestone, ada, work):
    refund = milestones.give_back(milestone, by=ada, at=NOON)
    work()
    operation = refund.operations.get()

    stripe.fail_refund(operation.stripe_id)
    agreed.told("refund.failed", operation.stripe_id)
    work()

    operation.refresh_from_db()
    assert (operation.status, operation.moved_at) == (Operation.Status.FAILED, None)
    assert ledger.balance(ledger.refund_payable(held)) == Money(3_150_00, "usd")
