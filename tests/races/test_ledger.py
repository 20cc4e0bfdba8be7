"""Whoever posts at the same time, no account is wrong and nobody waits for ever."""

from collections import Counter

import pytest

from contracts import chains
from contracts.models import LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)

Kind = LedgerTransaction.Kind


def errors(outcomes) -> list[str]:
    return [type(one).__name__ for one in outcomes if isinstance(one, Exception)]


def moved(milestone, minor, key):
    amount = Money(minor, "usd")
    return ledger.post(
        Kind.RELEASE,
        key,
        [
            ledger.debit(ledger.escrow(milestone), amount),
            ledger.credit(ledger.payable(milestone.contract.expert, "usd"), amount),
        ],
        contract=milestone.contract,
        at=NOON,
    )


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""


@pytest.fixture
def escrow(milestone):
    amount = Money(70_00, "usd")
    ledger.post(
        Kind.FUND,
        "fund",
        [
            ledger.debit(ledger.stripe("usd"), amount),
            ledger.credit(ledger.escrow(milestone), amount),
        ],
        contract=None,
        at=NOON,
    )
    return ledger.escrow(milestone)


def test_twelve_who_post_one_fact_post_it_once(milestone, escrow, at_once):
    calls = [lambda: moved(milestone, 10_00, "release:one").pk for _ in range(12)]

    outcomes = at_once(*calls)

    assert len(set(outcomes)) == 1
    assert ledger.balance(escrow) == Money(60_00, "usd")


def test_of_thirty_who_take_ten_out_of_seventy_seven_succeed(milestone, escrow, at_once):
    keys = [f"release:{number}" for number in range(30)]

    outcomes = at_once(*(lambda key=key: moved(milestone, 10_00, key) for key in keys))

    assert Counter(errors(outcomes)) == {"NotEnoughHeld": 23}
    assert ledger.balance(escrow) == Money(0, "usd")


def test_facts_of_one_contract_form_one_chain_whoever_posts_them(milestone, escrow, at_once):
    keys = [f"release:{number}" for number in range(16)]

    outcomes = at_once(*(lambda key=key: moved(milestone, 1_00, key) for key in keys))

    assert errors(outcomes) == []
    assert sorted(row.position for row in outcomes) == list(range(1, 17))
    links = {bytes(row.previous): bytes(row.hash) for row in outcomes}
    assert len(links) == 16
    assert chains.broken() == []


def test_opposite_postings_wait_for_each_other_and_do_not_deadlock(at_once):
    one, other = ledger.stripe("usd"), ledger.suspense("usd")

    def post(key, giver, taker):
        legs = [ledger.credit(giver, Money(1, "usd")), ledger.debit(taker, Money(1, "usd"))]
        for number in range(10):
            ledger.post(Kind.MISMATCH, f"{key}:{number}", legs, contract=None, at=NOON)

    outcomes = at_once(
        *(lambda n=n: post(f"there:{n}", one, other) for n in range(4)),
        *(lambda n=n: post(f"back:{n}", other, one) for n in range(4)),
    )

    assert errors(outcomes) == []
    assert ledger.trial_balance() == {}
