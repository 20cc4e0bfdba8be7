"""Money that somebody moves at Stripe itself is taken into our books, and our staff hear of it."""

import pytest

from accounts.models import Notification
from contracts.models import Milestone, Operation, Refund, Release
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, pots, usd
from tests.contracts.disputed import opened

M = Milestone.Status


@pytest.fixture
def alerted(finn):
    """Which objects our staff were told of."""

    def alerted() -> list[str]:
        rows = Notification.objects.filter(user=finn, key__startswith="outside:")
        return [key.removeprefix("outside:") for key in rows.values_list("key", flat=True)]

    return alerted


@pytest.fixture
def hear(work):
    """Let us hear of something, twice."""

    def hear(kind: str, object_id: str) -> None:
        for _ in range(2):
            agreed.told(kind, object_id)
        work()

    return hear


# --- Refunds


def test_a_part_refunded_in_the_dashboard_leaves_what_is_held(held, sdk, hear, alerted):
    refund = sdk.v1.refunds.create({"charge": held.charge_id, "amount": 1_050_00})

    hear("refund.created", refund.id)

    held.milestone.refresh_from_db()
    assert (held.milestone.status, held.milestone.held) == (M.FUNDED, usd(2_000_00))
    row = Refund.objects.get()
    assert (row.kind, row.amount, row.total) == ("outside", usd(1_000_00), usd(1_050_00))
    assert banking.operations("refund") == [(1_050_00, "succeeded")]
    assert alerted() == [refund.id]
    assert books_agree()


def test_all_of_it_refunded_in_the_dashboard_ends_the_milestone(held, sdk, hear):
    sdk.v1.refunds.create({"charge": held.charge_id})

    hear("charge.refunded", held.charge_id)

    held.milestone.refresh_from_db()
    assert held.milestone.status == M.REFUNDED
    assert pots("escrow", "fee_deferred", "suspense") == dict.fromkeys(
        ("escrow", "fee_deferred", "suspense"), 0
    )
    assert books_agree()


def test_a_dispute_about_money_that_has_gone_is_void(held, acme, sdk, hear):
    held.milestone.refresh_from_db()
    dispute = opened(held.milestone, by=acme)
    refund = sdk.v1.refunds.create({"charge": held.charge_id, "amount": 1_050_00})

    hear("refund.created", refund.id)

    dispute.refresh_from_db()
    held.milestone.refresh_from_db()
    assert (dispute.status, held.milestone.status) == ("void", M.FUNDED)
    assert held.milestone.held == usd(2_000_00)
    assert books_agree()


def test_what_is_held_no_more_is_set_apart(held, account, acme, sdk, hear, work, alerted):
    agreed.part_released(held.milestone, usd(2_500_00), by=acme, at=NOON)
    work()
    refund = sdk.v1.refunds.create({"charge": held.charge_id, "amount": 1_050_00})

    hear("refund.created", refund.id)

    # $525.00 were held with the fee; the other $525.00 nobody can place.
    assert pots("escrow", "fee_deferred", "suspense") == {
        "escrow": 0,
        "fee_deferred": 0,
        "suspense": 525_00,
    }
    held.milestone.refresh_from_db()
    assert held.milestone.status == M.SETTLED
    assert books_agree()


def test_one_that_the_bank_sends_back_is_owed_to_the_client(held, sdk, stripe, hear):
    refund = sdk.v1.refunds.create({"charge": held.charge_id, "amount": 1_050_00})
    hear("refund.created", refund.id)
    stripe.fail_refund(refund.id)

    hear("refund.failed", refund.id)

    assert banking.operations("refund") == [(1_050_00, "failed")]
    assert pots("refund_payable", "escrow") == {"refund_payable": 1_050_00, "escrow": 2_000_00}
    assert books_agree()


# --- Transfers and reversals


def test_a_transfer_made_in_the_dashboard_is_a_release(held, account, sdk, hear, alerted):
    transfer = sdk.v1.transfers.create(
        {
            "amount": 3_000_00,
            "currency": "usd",
            "destination": account.stripe_id,
            "source_transaction": held.charge_id,
        }
    )

    hear("transfer.created", transfer.id)

    held.milestone.refresh_from_db()
    release = Release.objects.get()
    assert held.milestone.status == M.RELEASED
    assert (release.kind, release.gross, release.sent) == ("outside", usd(3_000_00), usd(3_000_00))
    assert pots("payable", "fee_revenue", "escrow") == {
        "payable": 0,
        "fee_revenue": 150_00,
        "escrow": 0,
    }
    assert alerted() == [transfer.id]
    assert books_agree()


def test_a_transfer_nobody_can_place_is_set_apart_and_so_is_what_comes_back(
    held, account, stripe, sdk, hear, alerted
):
    stripe.advance(3 * 24 * 3600)
    transfer = sdk.v1.transfers.create(
        {"amount": 100_00, "currency": "usd", "destination": account.stripe_id}
    )
    hear("transfer.created", transfer.id)
    assert (pots("suspense"), books_agree()) == ({"suspense": 100_00}, True)

    reversal = sdk.v1.transfers.reversals.create(transfer.id, {"amount": 40_00})
    hear("transfer.reversed", transfer.id)

    assert pots("suspense") == {"suspense": 60_00}
    assert sorted(alerted()) == sorted([transfer.id, reversal.id])
    assert books_agree()


def test_a_reversal_made_in_the_dashboard_is_owed_until_somebody_decides(
    held, account, acme, sdk, work, hear, alerted, finn
):
    agreed.part_released(held.milestone, usd(3_000_00), by=acme, at=NOON)
    work()
    transfer = Operation.objects.get()
    reversal = sdk.v1.transfers.reversals.create(transfer.stripe_id, {"amount": 820_00})

    hear("transfer.reversed", transfer.stripe_id)

    assert banking.operations("reversal") == [(820_00, "succeeded")]
    assert banking.operations("transfer") == [(2_820_00, "succeeded")]
    assert pots("payable") == {"payable": 820_00}
    assert alerted() == [reversal.id]
    assert books_agree()


# --- Payouts, and what is no concern of ours


def test_a_payout_made_in_the_dashboard_is_in_our_books_until_it_fails(
    held, stripe, sdk, hear, alerted
):
    stripe.advance(3 * 24 * 3600)
    payout = sdk.v1.payouts.create({"amount": 50_00, "currency": "usd"})
    hear("payout.created", payout.id)
    assert (pots("bank"), books_agree()) == ({"bank": 50_00}, True)

    stripe.bring_payout(payout.id, "failed")
    hear("payout.failed", payout.id)

    assert pots("bank") == {"bank": 0}
    assert alerted() == [payout.id]
    assert books_agree()


def test_what_another_system_of_ours_made_is_left_alone(held, sdk, hear):
    refund = sdk.v1.refunds.create(
        {"charge": held.charge_id, "amount": 1_00, "metadata": {"op_id": "opn_elsewhere"}}
    )

    hear("refund.created", refund.id)

    assert not Refund.objects.exists()
