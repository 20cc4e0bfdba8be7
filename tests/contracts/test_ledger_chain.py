"""Every contract's postings are a chain, and whoever changes one afterwards is found."""

import json
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from contracts import chains
from contracts.models import LedgerChain, LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

Kind = LedgerTransaction.Kind


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""


def fund(milestone, key="fund:pay_1", minor=100_00):
    amount = Money(minor, "usd")
    legs = [
        ledger.debit(ledger.stripe("usd"), amount),
        ledger.credit(ledger.escrow(milestone), amount),
    ]
    return ledger.post(Kind.FUND, key, legs, contract=milestone.contract, at=NOON)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_posting_carries_the_hash_of_the_one_before(contract):
    first, second = contract.milestones.all()
    one, other = fund(first), fund(second, "fund:pay_2")
    back = ledger.reverse(one, key="reverse:1", at=NOON)

    genesis = sha256(f"ledger of {contract.public_id}".encode()).digest()
    shard = contract.pk % ledger.SHARDS
    legs = f"escrow:{first.public_id}:usd -10000\nstripe:{shard}:usd 10000"
    said = f"fund:pay_1\nfund\n2030-01-01T12:00:00.000000Z\n\n{legs}"
    assert bytes(one.previous) == genesis
    assert bytes(one.hash) == sha256(genesis + said.encode()).digest()
    assert bytes(other.previous) == bytes(one.hash)
    assert bytes(back.previous) == bytes(other.hash)
    assert [row.position for row in (one, other, back)] == [1, 2, 3]
    chain = LedgerChain.objects.get()
    assert (chain.contract_id, chain.length) == (contract.pk, 3)
    assert bytes(chain.head) == bytes(back.hash)
    assert chains.broken() == []


def test_each_contract_has_its_own_chain_and_the_platform_one(contract):
    other = factories.contract(contract.organisation, contract.expert)
    fund(contract.milestones.first())
    fund(other.milestones.get(), "fund:pay_2")
    amount = Money(5, "usd")
    legs = (ledger.debit(ledger.bank("usd"), amount), ledger.credit(ledger.stripe("usd"), amount))
    payout = ledger.post(Kind.PLATFORM_PAYOUT, "op:1:settled", legs, contract=None, at=NOON)

    assert bytes(payout.previous) == sha256(b"ledger of the platform").digest()
    assert {name: head.length for name, head in chains.heads().items()} == {
        contract.public_id: 1,
        other.public_id: 1,
        "the platform": 1,
    }


def test_a_fact_said_twice_leaves_the_chain_as_it_is(milestone):
    fund(milestone)
    fund(milestone)

    assert LedgerChain.objects.get().length == 1
    assert chains.broken() == []


# --- Somebody who may do anything to the database changes one row


THOUSANDS = """
DO $$ BEGIN FOR number IN 2..3000 LOOP
  INSERT INTO ledger_transaction (idem_key, kind, contract_id, happened_at, legs)
  SELECT 'release:rel_' || number, 'release', contract_id, happened_at,
         'escrow:MILESTONE:usd 1' || E'\\n' || 'payable:exp_1:usd -1'
    FROM ledger_transaction WHERE position = 1;
END LOOP; END $$
"""


@pytest.fixture
def thousands(milestone):
    """Three thousand postings: a large payment, and releases of a cent."""
    fund(milestone, minor=100_000_00)
    sql(THOUSANDS.replace("MILESTONE", milestone.public_id))
    assert LedgerTransaction.objects.count() == 3000
    assert chains.broken() == []
    return milestone.contract


# Words of the statements below: a posting in the middle, and its first entry.
THIS = "(SELECT id FROM ledger_transaction WHERE position = 1500)"
ITS_ENTRY = (
    "(SELECT min(e.id) FROM ledger_entry e JOIN ledger_transaction t"
    " ON t.id = e.transaction_id WHERE position = 1500)"
)
# What is changed; the row that is named first; what is said of it.
TAMPERED = {
    "UPDATE ledger_entry SET amount = 2 WHERE id = ITS_ENTRY": (
        "release:rel_1500, number 1500 of ",
        "its entries are not",
    ),
    """UPDATE ledger_entry SET account_id = (
         SELECT id FROM ledger_account WHERE code LIKE 'stripe%') WHERE id = ITS_ENTRY""": (
        "release:rel_1500, number 1500 of ",
        "its entries are not",
    ),
    "DELETE FROM ledger_entry WHERE id = ITS_ENTRY": (
        "release:rel_1500, number 1500 of ",
        "its entries are not",
    ),
    "UPDATE ledger_entry SET balance_after = 0 WHERE id = ITS_ENTRY": (
        "entry ",
        "the balance it leaves",
    ),
    "UPDATE ledger_transaction SET idem_key = 'release:x' WHERE id = THIS": (
        "release:x, number 1500 of ",
        "its hash is not",
    ),
    "UPDATE ledger_transaction SET kind = 'refund' WHERE id = THIS": (
        "release:rel_1500, number 1500 of ",
        "its hash is not",
    ),
    """UPDATE ledger_transaction SET happened_at = happened_at + interval '1 day'
        WHERE id = THIS""": ("release:rel_1500, number 1500 of ", "its hash is not"),
    # The words and the entries together.
    """UPDATE ledger_entry SET amount = amount * 2 WHERE transaction_id = THIS;
       UPDATE ledger_transaction
          SET legs = replace(replace(legs, 'usd 1', 'usd 2'), '-1', '-2')
        WHERE id = THIS""": ("release:rel_1500, number 1500 of ", "its hash is not"),
    # The content and the hash together.
    """UPDATE ledger_transaction SET kind = 'refund',
              hash = ledger_hash(previous, idem_key, 'refund', happened_at, '', legs)
        WHERE id = THIS""": ("release:rel_1501, number 1501 of ", "it does not follow"),
    # The order.
    """UPDATE ledger_transaction SET position = -1500 WHERE position = 1500;
       UPDATE ledger_transaction SET position = 1500 WHERE position = 1501;
       UPDATE ledger_transaction SET position = 1501 WHERE position = -1500""": (
        "release:rel_1500, number 1501 of ",
        "it does not follow",
    ),
    # A posting is gone, with its entries.
    """DELETE FROM ledger_entry WHERE transaction_id = THIS;
       DELETE FROM ledger_transaction WHERE id = THIS""": (
        "release:rel_1501, number 1501 of ",
        "what was posted before it is missing",
    ),
    # The last one is.
    """DELETE FROM ledger_entry WHERE transaction_id = (
         SELECT id FROM ledger_transaction WHERE position = 3000);
       DELETE FROM ledger_transaction WHERE position = 3000""": (
        "the chain of ",
        "its last posting is not",
    ),
    "UPDATE ledger_transaction SET contract_id = NULL WHERE id = THIS": (
        "release:rel_1500, number 1500 of the platform",
        "is missing",
    ),
    "DELETE FROM ledger_transaction": ("the chain of ", "its last posting is not"),
    "DELETE FROM ledger_chain": ("the chain of ", "nothing says where it ends"),
    "UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'stripe%'": (
        "stripe:",
        "its balance is not the sum",
    ),
    "UPDATE ledger_account SET may_overdraw = true WHERE code LIKE 'payable%'": (
        "payable:exp_1:usd",
        "not an account of the chart",
    ),
    "UPDATE ledger_account SET code = 'payable:exp_2:usd' WHERE code LIKE 'payable%'": (
        "release:rel_2, number 2 of ",
        "its entries are not",
    ),
    "UPDATE ledger_account SET currency = 'eur' WHERE code LIKE 'payable%'": (
        "release:rel_2, number 2 of ",
        "in another currency",
    ),
}


def test_whoever_changes_one_row_of_thousands_is_found_and_the_row_named(thousands):
    wrongly = {}
    for tampering, (row, why) in TAMPERED.items():
        with transaction.atomic():
            # What a superuser may: no trigger runs.
            sql("SET LOCAL session_replication_role = replica")
            sql(tampering.replace("THIS", THIS).replace("ITS_ENTRY", ITS_ENTRY))
            first = chains.broken()[0]
            if not first.startswith(row) or why not in first:
                wrongly[tampering] = first
            transaction.set_rollback(True)

    assert wrongly == {}
    assert chains.broken() == []


# --- The command


def verify(*options):
    out, errors = StringIO(), StringIO()
    try:
        call_command("verify_ledger", *options, stdout=out, stderr=errors)
    except CommandError as error:
        return errors.getvalue().splitlines(), str(error)
    return errors.getvalue().splitlines(), out.getvalue().strip()


def test_the_command_names_what_is_broken_and_counts_last(milestone):
    fund(milestone)
    assert verify() == ([], "ledger: 1 postings, 0 broken")

    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE ledger_transaction SET kind = 'refund'")

    named = f"fund:pay_1, number 1 of {milestone.contract.public_id}"
    assert verify() == (
        [f"{named}: its hash is not that of its content"],
        "ledger: 1 postings, 1 broken",
    )


def test_a_chain_forged_as_a_whole_does_not_pass_the_witness(milestone, tmp_path):
    """Whoever may write everything can write a new chain; the heads kept elsewhere know better."""
    witness = tmp_path / "heads.json"
    fund(milestone)
    assert verify(f"--witness={witness}") == ([], "ledger: 1 postings, 0 broken")
    kept = witness.read_text(encoding="utf-8")
    fund(milestone, "fund:pay_2")
    assert verify(f"--witness={witness}") == ([], "ledger: 2 postings, 0 broken")
    assert len(json.loads(kept)) == 1

    sql("SET LOCAL session_replication_role = replica")
    sql(
        "UPDATE ledger_transaction SET happened_at = now() WHERE position = 2;"
        "UPDATE ledger_transaction SET hash = ledger_hash("
        "previous, idem_key, kind, happened_at, '', legs) WHERE position = 2;"
        "UPDATE ledger_chain SET head = t.hash FROM ledger_transaction t WHERE t.position = 2"
    )

    assert verify() == ([], "ledger: 2 postings, 0 broken")
    named = f"the chain of {milestone.contract.public_id}"
    assert verify(f"--witness={witness}") == (
        [f"{named}: posting 2 is not the one that was kept"],
        "ledger: 2 postings, 1 broken",
    )


# --- What was posted before there were chains

OLD = """
INSERT INTO ledger_account (code, kind, currency, may_overdraw) VALUES
  ('stripe:usd', 'asset', 'usd', true), ('psp_fees:usd', 'expense', 'usd', true);
"""
OLD_POSTING = """
INSERT INTO ledger_transaction (idem_key, digest, kind, contract_id, happened_at)
VALUES ('bt:txn_{number}', '', 'stripe_fee', {contract}, now());
INSERT INTO ledger_entry (transaction_id, account_id, currency, amount, balance_after)
SELECT t.id, a.id, 'usd', CASE a.kind WHEN 'asset' THEN -5 ELSE 5 END, 0
  FROM ledger_transaction t, ledger_account a WHERE t.idem_key = 'bt:txn_{number}';
"""


@pytest.mark.drills  # migrating there and back takes a minute
def test_what_was_posted_before_gets_its_place_in_a_chain(transactional_db, acme, ada):
    organisation = acme.memberships.get().organisation
    contract = factories.contract(organisation, ada.expert)
    call_command("migrate", "contracts", "0017", verbosity=0)
    assert "ledger_chain" not in connection.introspection.table_names()
    sql(OLD)
    for number, contract_pk in enumerate((contract.pk, "NULL", contract.pk), start=1):
        sql(f"BEGIN; {OLD_POSTING.format(number=number, contract=contract_pk)} COMMIT")

    call_command("migrate", "contracts", verbosity=0)

    assert chains.broken() == []
    lengths = {name: head.length for name, head in chains.heads().items()}
    assert lengths == {contract.public_id: 2, "the platform": 1}
    assert ledger.trial_balance() == {
        "psp_fees:usd": Money(15, "usd"),
        "stripe:usd": Money(-15, "usd"),
    }
    fund(contract.milestones.get())
    assert chains.broken() == []
