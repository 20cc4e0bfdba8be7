"""What eight writers and two readers saw at the same time has an order in which it happened."""

import random
from itertools import pairwise

import pytest
from django.db import connection

from contracts import chains
from contracts.models import LedgerEntry, LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, READERS, FACTS = 8, 2, 25
# Pots that may stand on either side of zero, so that no writer is ever refused.
POTS = (ledger.stripe, ledger.suspense, ledger.bank, ledger.goodwill)
# One statement is one moment: every balance, and the last entry of each account.
LOOK = """
SELECT a.id, a.balance,
       (SELECT e.balance_after FROM ledger_entry e WHERE e.account_id = a.id
         ORDER BY e.id DESC LIMIT 1)
  FROM ledger_account a
"""


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""
    yield
    assert chains.broken() == []


def write(number, contracts):
    chance = random.Random(number)  # noqa: S311 (a seed, no secret)
    for fact in range(FACTS):
        giver, taker = chance.sample(POTS, 2)
        amount = Money(chance.randint(1, 9), "usd")
        ledger.post(
            LedgerTransaction.Kind.ADJUSTMENT,
            f"writer:{number}:{fact}",
            [ledger.credit(giver("usd"), amount), ledger.debit(taker("usd"), amount)],
            contract=chance.choice(contracts),
            at=NOON,
        )


def read():
    seen = []
    for _ in range(40):
        with connection.cursor() as cursor:
            cursor.execute(LOOK)
            seen.append(cursor.fetchall())
    return seen


def test_no_read_is_torn_no_update_is_lost(contract, at_once):
    contracts = [contract, factories.contract(contract.organisation, contract.expert), None]

    outcomes = at_once(
        *(lambda number=number: write(number, contracts) for number in range(WRITERS)),
        *[read] * READERS,
    )

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert LedgerTransaction.objects.count() == WRITERS * FACTS
    history: dict[int, list[int]] = {}
    for row in LedgerEntry.objects.order_by("pk"):
        account = history.setdefault(row.account_id, [0])
        # No lost update: each entry starts where the one before it left off.
        assert row.balance_after == account[-1] + row.amount
        account.append(row.balance_after)
    for looks in outcomes[WRITERS:]:
        for look in looks:
            # No torn read: what one moment shows adds up, and is what the entries of it say.
            assert sum(balance for _account, balance, _last in look) == 0
            assert all(balance == (last or 0) for _account, balance, last in look)
        for earlier, later in pairwise(looks):
            # Nobody reads backwards: no account disappears.
            assert {row[0] for row in earlier} <= {row[0] for row in later}
            assert all(balance in history.get(account, [0]) for account, balance, _last in later)
