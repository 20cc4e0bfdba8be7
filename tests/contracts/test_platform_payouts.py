"""What we have earned goes to our bank, and never what we owe."""

from datetime import timedelta

import pytest

from contracts.models import Operation
from contracts.services import platform_payouts
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, pots, usd
from tests.laid import laid

LATER = NOON + timedelta(days=3)
# Of $3,150.00 Stripe keeps $91.65; our fees are $330.00.
EARNED = 330_00 - 91_65


@pytest.fixture(autouse=True)
def no_reserve(settings):
    settings.PAYOUT_RESERVE_MINOR = 0


@laid
def earned(held, account, acme, stripe, work):
    """A milestone is released and paid, and the client's money has arrived."""
    agreed.part_released(held.milestone, usd(3_000_00), by=acme, at=NOON)
    work()
    stripe.advance(3 * 24 * 3600)
    return held


def test_the_fees_are_paid_out_once_a_day(earned, work):
    operation = platform_payouts.pay_out(at=LATER)
    assert operation.amount == usd(EARNED)
    assert platform_payouts.pay_out(at=LATER) is None
    work(LATER)

    assert banking.operations("payout") == [(EARNED, "submitted")]
    assert pots("bank") == {"bank": EARNED}
    assert platform_payouts.pay_out(at=LATER + timedelta(days=1)) is None
    assert books_agree()


def test_a_payout_the_bank_sends_back_is_paid_out_again(earned, stripe, work):
    operation = platform_payouts.pay_out(at=LATER)
    work(LATER)
    operation.refresh_from_db()
    stripe.bring_payout(operation.stripe_id, "failed")
    agreed.told("payout.failed", operation.stripe_id, at=LATER)
    work(LATER)
    assert (pots("bank"), books_agree()) == ({"bank": 0}, True)

    again = platform_payouts.pay_out(at=LATER + timedelta(days=1))

    assert again.amount == usd(EARNED)


def test_held_money_is_not_ours(held, stripe):
    stripe.advance(3 * 24 * 3600)

    assert platform_payouts.pay_out(at=LATER) is None
    assert not Operation.objects.exists()


def test_a_reserve_stays_and_so_does_what_has_not_arrived(earned, settings, stripe):
    assert platform_payouts.payable(usd(3_000_00)) == usd(EARNED)
    assert platform_payouts.payable(usd(100_00)) == usd(100_00)
    settings.PAYOUT_RESERVE_MINOR = 40_00

    assert platform_payouts.payable(usd(100_00)) == usd(60_00)
    assert platform_payouts.payable(usd(30_00)) == usd(0)


def test_what_a_chargeback_cost_is_not_paid_out(earned, stripe, settings):
    settings.CHARGEBACK_COVER = False
    bank = banking.Bank(stripe)
    bank.brings(earned)

    assert platform_payouts.pay_out(at=LATER) is None
