"""One row of a hundred thousand is changed by somebody the database cannot refuse."""

import time

import pytest
from django.db import connection, transaction

from contracts import chains
from contracts.models import LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests.conftest import NOON

pytestmark = [pytest.mark.drills, pytest.mark.django_db(transaction=True)]
POSTINGS, AT_ONCE = 100_000, 1_000
# What reliability check L-07 allows for naming the row.
SECONDS = 10.0
CENT_BY_CENT = """
DO $$ BEGIN FOR number IN %s..%s LOOP
  INSERT INTO ledger_transaction (idem_key, kind, contract_id, happened_at, legs)
  SELECT 'release:rel_' || number, 'release', contract_id, happened_at,
         'escrow:%s:usd 1' || E'\\n' || 'payable:exp_1:usd -1'
    FROM ledger_transaction WHERE position = 1;
END LOOP; END $$
"""
HALF_WAY = "release:rel_50000"


def test_it_is_found_and_named_in_time(milestone):
    amount = Money(100_000_00, "usd")
    legs = (
        ledger.debit(ledger.stripe("usd"), amount),
        ledger.credit(ledger.escrow(milestone), amount),
    )
    ledger.post(
        LedgerTransaction.Kind.FUND, "fund:pay_1", legs, contract=milestone.contract, at=NOON
    )
    with connection.cursor() as cursor:
        # One transaction for all would keep every past state of the one account's row.
        for first in range(0, POSTINGS, AT_ONCE):
            numbers = max(first + 1, 2), first + AT_ONCE
            cursor.execute(CENT_BY_CENT % (*numbers, milestone.public_id))
        assert chains.broken() == []
        with transaction.atomic():
            # What a superuser may: no trigger runs.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE ledger_transaction SET happened_at = happened_at + interval '1 second'"
                " WHERE idem_key = %s",
                [HALF_WAY],
            )
            began = time.monotonic()
            found = chains.broken()
            took = time.monotonic() - began
            transaction.set_rollback(True)

    chain = milestone.contract.public_id
    assert found == [f"{HALF_WAY}, number 50000 of {chain}: its hash is not that of its content"]
    assert took < SECONDS
