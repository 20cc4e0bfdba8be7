"""Any series of facts leaves Postgres with what a few lines of arithmetic say."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import chains
from contracts.models import LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests.conftest import NOON

Kind = LedgerTransaction.Kind
amounts = st.integers(1, 10_000)
steps = st.lists(
    st.tuples(
        st.sampled_from(("fund", "release", "refund", "transfer", "chargeback", "lost", "again")),
        st.integers(0, 1),
        amounts,
    )
    | st.tuples(st.just("reverse"), st.integers(0, 1), st.integers(0, 20)),
    min_size=1,
    max_size=25,
)


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""


class Model:
    """What is in each pot, debit above zero; nothing falls below a floor, and facts have keys."""

    FLOORED = ("escrow", "payable", "refund_payable", "dispute_recv")

    def __init__(self):
        self.pots = Counter()
        self.posted = []
        self.reversed = set()

    def takes(self, legs):
        after = self.pots.copy()
        for pot, minor in legs:
            after[pot] += minor
        if any(self.below(pot, minor) for pot, minor in after.items()):
            return False
        self.pots = after
        return True

    def below(self, pot, minor):
        name = pot[0]
        return name in self.FLOORED and (minor < 0 if name == "dispute_recv" else minor > 0)


def legs_of(fact, which, minor):
    """Return the legs of a fact about one of two milestones; odd amounts leave a fee behind."""
    escrow, stripe = ("escrow", which), ("stripe", 0)
    fee = minor * 7 // 100
    return {
        "fund": [(stripe, minor), (escrow, -minor)],
        "release": [(escrow, minor), (("payable", 0), fee - minor), (("fee_revenue", 0), -fee)],
        "refund": [(escrow, minor), (("refund_payable", 0), -minor)],
        "transfer": [(("payable", 0), minor), (stripe, -minor)],
        "chargeback": [(("dispute_recv", 0), minor), (stripe, -minor)],
        "lost": [(escrow, minor), (("dispute_recv", 0), -minor)],
    }[fact]


@given(history=steps)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_postgres_agrees_with_arithmetic_after_every_step(contract, history):  # noqa: C901
    first, second = contract.milestones.all()
    accounts = {
        ("escrow", 0): ledger.escrow(first),
        ("escrow", 1): ledger.escrow(second),
        ("payable", 0): ledger.payable(contract.expert, "usd"),
        ("refund_payable", 0): ledger.Account(ledger.Pot.REFUND_PAYABLE, "usd", "pay_1"),
        ("dispute_recv", 0): ledger.dispute_receivable("dp_1", "usd"),
        ("stripe", 0): ledger.stripe("usd"),
        ("fee_revenue", 0): ledger.fee_revenue("usd"),
    }
    model = Model()

    def say(key, legs):
        with transaction.atomic():
            return ledger.post(
                Kind.ADJUSTMENT,
                key,
                [ledger.Leg(accounts[pot], Money(minor, "usd")) for pot, minor in legs],
                contract=contract,
                at=NOON,
            )

    with transaction.atomic():
        for number, (fact, which, minor) in enumerate(history):
            if fact in {"again", "reverse"} and not model.posted:
                continue
            if fact == "again":
                row, legs = model.posted[-1]
                assert say(row.idem_key, legs) == row
            elif fact == "reverse":
                row, legs = model.posted[minor % len(model.posted)]
                opposite = [(pot, -amount) for pot, amount in legs]
                expected = "reversed" if row.pk in model.reversed else model.takes(opposite)
                said: object
                try:
                    with transaction.atomic():
                        ledger.reverse(row, key=f"reverse:{number}", at=NOON)
                    said = True
                    model.reversed.add(row.pk)
                except ledger.NotEnoughHeld:
                    said = False
                except ledger.AlreadyReversed:
                    said = "reversed"
                assert said == expected
            else:
                legs = legs_of(fact, which, minor)
                expected = model.takes(legs)
                try:
                    model.posted.append((say(f"fact:{number}", legs), legs))
                    said = True
                except ledger.NotEnoughHeld:
                    said = False
                assert said == expected
            there = {account.code: model.pots[pot] for pot, account in accounts.items()}
            assert {code: money.minor for code, money in ledger.trial_balance().items()} == {
                code: minor for code, minor in there.items() if minor
            }
        assert chains.broken() == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("lost", [1, -1])
def test_a_cent_that_gets_lost_on_the_way_is_refused(milestone, lost):
    legs = [
        ledger.debit(ledger.stripe("usd"), Money(100_00, "usd")),
        ledger.credit(ledger.escrow(milestone), Money(100_00 - lost, "usd")),
    ]
    with pytest.raises(Exception, match="does not balance"), transaction.atomic():
        ledger.post(Kind.FUND, "fund:pay_1", legs, contract=milestone.contract, at=NOON)

    assert ledger.trial_balance() == {}
