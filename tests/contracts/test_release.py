"""Held money is let go once: our fees become earned, the rest is owed to the expert and sent."""

from importlib import import_module

import pytest

from contracts import fees
from contracts.models import LedgerTransaction, Operation, Release
from contracts.services import ledger, operations, releases
from experts.services.profiles import BANDS
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

Status = Operation.Status


def approved(milestone):
    """Bring a funded milestone to where `milestones.approve` releases it."""
    milestone.refresh_from_db()
    milestone.submissions.create(note="Done.", created_at=NOON)
    milestone.review_due_at = NOON
    milestone.move("submit", by=None, at=NOON)
    milestone.move("release", by=None, at=NOON)
    return milestone


@laid
def released(held, milestone, acme) -> Release:
    return agreed.let_go(approved(milestone), by=acme, at=NOON)


def test_a_release_earns_both_fees_and_owes_the_rest(released, milestone, ada):
    assert (released.gross_minor, released.expert_fee_minor) == (3_000_00, 180_00)
    assert released.client_fee_minor == 150_00
    assert released.net == Money(2_820_00, "usd")
    assert ledger.balance(ledger.escrow(milestone)) == Money(0, "usd")
    assert ledger.balance(ledger.fee_deferred(milestone)) == Money(0, "usd")
    assert ledger.balance(ledger.payable(ada.expert, "usd")) == Money(2_820_00, "usd")
    assert ledger.balance(ledger.fee_revenue("usd")) == Money(330_00, "usd")


def test_a_release_decides_one_transfer_with_everything_frozen(account, released, contract):
    operation = Operation.objects.get()

    assert operation.status == Status.PENDING
    assert operation.business_key == f"transfer:{released.public_id}"
    assert operation.params == {
        "amount": 2_820_00,
        "currency": "usd",
        "destination": account.stripe_id,
        "source_transaction": released.milestone.payments.get().charge_id,
        "transfer_group": f"contract_{contract.public_id}",
        "metadata": {"release_id": released.public_id},
    }


def test_the_money_arrives_and_is_no_longer_owed(account, released, sdk, ada, work):
    work()

    operation = Operation.objects.get()
    transfer = sdk.v1.transfers.retrieve(operation.stripe_id)
    assert operation.status == Status.SUCCEEDED
    assert (transfer.amount, transfer.destination) == (2_820_00, account.stripe_id)
    assert transfer.metadata["op_id"] == operation.public_id
    assert ledger.balance(ledger.payable(ada.expert, "usd")) == Money(0, "usd")
    # What is left is both fees less Stripe's.
    assert ledger.balance(ledger.stripe("usd")) == Money(330_00 - 91_65, "usd")


def test_the_expert_may_show_it_as_evidence(released, milestone, ada):
    [delivery] = ada.expert.deliveries.all()

    assert (delivery.source, delivery.title) == (milestone.public_id, milestone.title)
    assert (delivery.client_name, delivery.amount_band) == ("Acme", "from_1")
    assert delivery.released_on == NOON.date()


def test_a_milestone_is_released_once(released, milestone, acme):
    before = ledger.trial_balance()

    with pytest.raises(releases.MoreThanIsHeld):
        agreed.let_go(milestone, by=acme, at=NOON)

    assert Release.objects.count() == Operation.objects.count() == 1
    assert ledger.trial_balance() == before


def test_nothing_is_released_that_was_never_paid(milestone, acme):
    with pytest.raises(releases.NothingIsHeld):
        agreed.let_go(milestone, by=acme, at=NOON)

    assert not Release.objects.exists()
    assert not LedgerTransaction.objects.exists()


def test_one_milestone_is_not_paid_out_of_another(held, contract, acme):
    with pytest.raises(releases.NothingIsHeld):
        agreed.let_go(contract.milestones.get(position=2), by=acme, at=NOON)


def test_an_odd_amount_loses_no_cent(contract, pay, acme):
    milestone = contract.milestones.get(position=2)
    pay(milestone)
    release = agreed.let_go(approved(milestone), by=acme, at=NOON)

    # 6 % of $1,000.01 are $60.0006 and 5 % are $50.0005.
    assert (release.net.minor, release.expert_fee_minor, release.client_fee_minor) == (
        940_01,
        60_00,
        50_00,
    )
    assert ledger.balance(ledger.fee_deferred(milestone)) == Money(0, "usd")


@pytest.mark.parametrize("parts", [(333, 333, 335), (1, 999, 1), (1_001,), (1,) * 1_001])
def test_the_fees_on_parts_add_up_to_the_fee_of_the_whole(parts):
    whole, before, earned = Money(10_01, "usd"), Money(0, "usd"), Money(0, "usd")
    for minor in parts:
        part = Money(minor, "usd")
        earned += fees.earned_by(part, released_before=before, bps=1_250)
        before += part

    assert before == whole
    assert earned == whole.share(1_250) == Money(1_25, "usd")


def test_an_expert_without_an_account_is_owed_until_there_is_one(released, ada, work, sdk):
    work()

    assert Operation.objects.get().status == Status.BLOCKED
    assert ledger.balance(ledger.payable(ada.expert, "usd")) == Money(2_820_00, "usd")
    assert sdk.v1.transfers.list().data == []


def test_the_ledger_of_two_contracts_keeps_them_apart(released, pay, contract):
    other = factories.contract(contract.organisation, contract.expert, amounts=(500_00,))
    pay(other.milestones.get())

    assert [line.amount.minor for line in ledger.statement(other)] == [500_00]
    assert [line.amount.minor for line in ledger.statement(contract)] == [3_000_00, -3_000_00]
    assert ledger.statement(contract)[-1].balance_after == Money(0, "usd")


def test_what_is_owed_can_be_listed_as_due(released):
    assert operations.due(at=NOON) == [Operation.objects.get().pk]


def test_what_was_released_before_is_banded_as_it_is_now():
    told = import_module("contracts.migrations.0005_tell_released_milestones")
    assert [(least, str(band)) for least, band in BANDS] == list(told.BANDS)
