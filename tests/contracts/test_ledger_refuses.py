"""Postgres refuses what must never be in the ledger, whoever asks, the site's own role included."""

import psycopg2
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from contracts import chains
from contracts.models import LedgerAccount, LedgerEntry, LedgerTransaction
from contracts.services import ledger
from marketplace.kit.money import Money
from tests.conftest import NOON

Kind = LedgerTransaction.Kind


@pytest.fixture(autouse=True)
def books_are_right(db):
    """These postings stand for themselves, without the business they belong to."""
    yield
    assert chains.broken() == []


@pytest.fixture
def funded(milestone):
    """A posting to be attacked: $100.00 held for the milestone."""
    amount = Money(100_00, "usd")
    legs = (
        ledger.debit(ledger.stripe("usd"), amount),
        ledger.credit(ledger.escrow(milestone), amount),
    )
    ledger.post(Kind.FUND, "fund:pay_1", legs, contract=milestone.contract, at=NOON)
    return milestone


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused_by(error):
    return error.value.__cause__.diag.constraint_name


def say(legs, key="direct:1", kind="fund"):
    sql(
        "INSERT INTO ledger_transaction (idem_key, kind, happened_at, legs)"
        " VALUES (%s, %s, now(), %s)",
        *(key, kind, legs),
    )


# --- What a posting must be


@pytest.mark.parametrize(
    ("legs", "constraint"),
    [
        ("", "ledger_balanced"),
        ("stripe:usd 5", "ledger_balanced"),
        ("psp_fees:usd -4\nstripe:usd 5", "ledger_balanced"),
        ("psp_fees:usd 0\nstripe:usd 0", "ledger_balanced"),
        ("psp_fees:eur -5\nstripe:usd 5", "ledger_balanced"),
        ("stripe:usd 5\npsp_fees:usd -5", "ledger_legs_are_canonical"),
        ("psp_fees:usd -5\npsp_fees:usd 5", "ledger_legs_are_canonical"),
        ("psp_fees:usd -5\nstripe:usd +5", "ledger_legs_are_canonical"),
        ("psp_fees:usd  -5\nstripe:usd 5", None),
        ("psp_fees:usd -5 \nstripe:usd 5", "ledger_legs_are_canonical"),
        ("escrow:mil_1:usd 5\nstripe:usd -5", "ledger_no_overdraft"),
        ("receivable:exp_1:usd -5\nstripe:usd 5", "ledger_no_overdraft"),
        ("gift:usd -5\nstripe:usd 5", "ledger_account_is_of_the_chart"),
        ("psp_fees:USD -5\nstripe:USD 5", "ledger_account_is_of_the_chart"),
        ("psp_fees:usd:usd:usd -5\nstripe:usd 5", "ledger_account_is_of_the_chart"),
    ],
)
def test_legs_that_are_not_a_posting_are_refused(db, legs, constraint):
    with pytest.raises(Exception, match=r".") as error, transaction.atomic():
        say(legs)

    assert refused_by(error) == constraint
    assert not LedgerTransaction.objects.exists()
    assert not LedgerAccount.objects.exists()


def test_currencies_balance_each_for_itself(db):
    say("psp_fees:eur -5\npsp_fees:usd -4\nstripe:eur 5\nstripe:usd 4")

    assert ledger.balance(ledger.stripe("eur")) == Money(5, "eur")


@pytest.mark.parametrize("word", ["two\nlines", "a b", "", "ü"])
def test_a_key_is_one_plain_word(db, word):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        say("psp_fees:usd -5\nstripe:usd 5", key=word)

    assert refused_by(error) == "ledger_key_is_plain"


# --- What the site's own role is refused, and anybody

POSTING = """
INSERT INTO ledger_transaction (idem_key, kind, contract_id, happened_at, legs)
VALUES ('attack', 'fund', (SELECT max(contract_id) FROM ledger_transaction), now(), '{legs}')
"""
ENTRY = """
INSERT INTO ledger_entry (transaction_id, account_id, currency, amount, balance_after)
SELECT max(t.id), min(a.id), 'usd', 5, 5 FROM ledger_transaction t, ledger_account a
"""
ATTACKS = {
    # Change what was posted.
    "a larger amount": "UPDATE ledger_entry SET amount = amount * 2",
    "another account": "UPDATE ledger_entry SET account_id = (SELECT max(id) FROM ledger_account)",
    "a nicer balance": "UPDATE ledger_entry SET balance_after = 0",
    "another key": "UPDATE ledger_transaction SET idem_key = 'fund:pay_2'",
    "another kind": "UPDATE ledger_transaction SET kind = 'release'",
    "another contract": "UPDATE ledger_transaction SET contract_id = NULL",
    "another day": "UPDATE ledger_transaction SET happened_at = now()",
    "another hash": "UPDATE ledger_transaction SET hash = previous",
    "other words": "UPDATE ledger_transaction SET legs = ''",
    # Make it go away.
    "no entries": "DELETE FROM ledger_entry",
    "no posting": "DELETE FROM ledger_transaction",
    "no accounts": "DELETE FROM ledger_account",
    "no chain": "DELETE FROM ledger_chain",
    "empty entries": "TRUNCATE ledger_entry",
    "empty everything": "TRUNCATE ledger_transaction, ledger_account, ledger_chain CASCADE",
    "merge away": (
        "MERGE INTO ledger_entry e USING ledger_entry o ON e.id = o.id WHEN MATCHED THEN DELETE"
    ),
    # Post what must not be.
    "unbalanced": POSTING.format(legs="psp_fees:0:usd -4\nstripe:0:usd 5"),
    "out of thin air": POSTING.format(legs="stripe:0:usd 5"),
    "more than is held": POSTING.format(legs="{escrow} 10001\nstripe:0:usd -10001"),
    "held below zero": POSTING.format(legs="escrow:mil_0:usd 5\nstripe:0:usd -5"),
    "a foreign currency": POSTING.format(legs="psp_fees:0:eur -5\nstripe:0:usd 5"),
    "a pot of one's own": POSTING.format(legs="mine:usd -5\nstripe:0:usd 5"),
    "the same fact again": (
        "INSERT INTO ledger_transaction (idem_key, kind, happened_at, legs)"
        " SELECT idem_key, kind, happened_at, legs FROM ledger_transaction"
    ),
    "a link of one's own": (
        "INSERT INTO ledger_transaction"
        " (idem_key, kind, happened_at, legs, position, previous, hash)"
        " VALUES ('attack', 'fund', now(), 'psp_fees:usd -5\nstripe:usd 5', 9, 'x', 'y')"
    ),
    "reversed twice": (
        "INSERT INTO ledger_transaction (idem_key, kind, happened_at, reverses_id, legs)"
        " SELECT 'reverse:' || n, 'reversing', now(), t.id, 'psp_fees:usd -5\nstripe:usd 5'"
        " FROM generate_series(1, 2) n, ledger_transaction t"
    ),
    # Write what only the ledger writes.
    "a late entry": ENTRY,
    "an entry in the same moment": POSTING.format(legs="psp_fees:0:usd -5\nstripe:0:usd 5")
    + ";"
    + ENTRY,
    "a balance by hand": "UPDATE ledger_account SET balance = balance + 5",
    "a lower floor": "UPDATE ledger_account SET may_overdraw = true",
    "an account with a gift": (
        "INSERT INTO ledger_account (code, kind, currency, balance)"
        " VALUES ('stripe:9:usd', 'asset', 'usd', 5)"
    ),
    "an escrow without a floor": (
        "INSERT INTO ledger_account (code, kind, currency, may_overdraw)"
        " VALUES ('escrow:mil_9:usd', 'asset', 'usd', true)"
    ),
    "a softer chart": "UPDATE ledger_pot SET may_overdraw = true",
    "a head by hand": "UPDATE ledger_chain SET length = 0",
}
# What no trigger can refuse, and the owner may: it is kept from the site's role alone.
BREAK_INS = {
    "triggers off": "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "replica mode": "SET session_replication_role = replica",
    "another owner": "SET ROLE {owner}",
    "the owner's session": "SET SESSION AUTHORIZATION {owner}",
    "no rule": "DROP TRIGGER ledger_transaction_enter ON ledger_transaction",
    "another rule": (
        "CREATE OR REPLACE FUNCTION ledger_only() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'"
    ),
    "a column less": "ALTER TABLE ledger_transaction DROP COLUMN hash",
    "no table": "DROP TABLE ledger_entry CASCADE",
    "a table in between": "CREATE TEMP TABLE ledger_account (id bigint)",
    "a table with a trigger": "CREATE TABLE mine (id bigint)",
    "a function of one's own": "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
    "an account by the back door": "SELECT ledger_open('escrow:mil_9:usd')",
    "a grant": "GRANT ALL ON ledger_entry TO {role}; UPDATE ledger_entry SET amount = 1",
}


def everything():
    """Read every row of the ledger, as text."""
    with connection.cursor() as cursor:
        cursor.execute("""
          SELECT t::text FROM ledger_pot t UNION ALL SELECT t::text FROM ledger_account t
           UNION ALL SELECT t::text FROM ledger_chain t UNION ALL
          SELECT t::text FROM ledger_transaction t UNION ALL SELECT t::text FROM ledger_entry t
           ORDER BY 1
        """)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_whoever_attacks_the_ledger_with_sql_is_refused(funded):
    """As the owner of the tables, whom nothing but the rules themselves can stop."""
    before = everything()
    escrow = ledger.escrow(funded).code

    getting_through = []
    for name, statement in ATTACKS.items():
        if not statement.startswith("TRUNCATE"):
            try:
                sql(statement.replace("{escrow}", escrow))
                getting_through.append(name)
            except IntegrityError:
                pass

    # What an owner sends of the chain is not refused, it is overruled.
    assert getting_through == ["a link of one's own"]
    assert LedgerTransaction.objects.filter(idem_key="attack", position=1).exists()
    assert [row for row in before if row not in everything()] == []


@pytest.fixture
def restricted(transactional_db):
    """A connection of the role that production's web and worker have."""
    role = f"app_{connection.settings_dict['NAME']}".lower()
    quoted = connection.ops.quote_name(role)
    sql(f"CREATE ROLE {quoted} LOGIN PASSWORD 'secret'")
    call_command("restrict_role", role, verbosity=0)
    named = connection.get_connection_params()
    asked = {key: named[key] for key in ("dbname", "host", "port") if key in named}
    there = psycopg2.connect(**asked, user=role, password="secret")
    yield there
    there.close()
    sql(f"DROP OWNED BY {quoted}")
    sql(f"DROP ROLE {quoted}")


def filled(statement, names):
    for word, value in names.items():
        statement = statement.replace(f"{{{word}}}", value)
    return statement


@pytest.mark.django_db(transaction=True)
def test_the_role_of_the_site_can_post_and_nothing_else(restricted, funded):
    before = everything()
    names = {
        "owner": connection.ops.quote_name(connection.settings_dict["USER"]),
        "role": connection.ops.quote_name(restricted.info.user),
        "escrow": ledger.escrow(funded).code,
    }
    attacks = ATTACKS | BREAK_INS
    assert len(attacks) >= 40

    getting_through = []
    for name, statement in attacks.items():
        try:
            with restricted.cursor() as cursor:
                cursor.execute(filled(statement, names))
            restricted.commit()
            getting_through.append(name)
        except psycopg2.Error:
            restricted.rollback()

    assert getting_through == []
    assert everything() == before
    with restricted.cursor() as cursor:
        cursor.execute(POSTING.format(legs=f"{names['escrow']} 10000\nstripe:0:usd -10000"))
    restricted.commit()
    assert ledger.balance(ledger.escrow(funded)) == Money(0, "usd")
    assert LedgerEntry.objects.count() == 4
