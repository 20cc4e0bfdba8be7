"""Chains each contract's postings by hash; a posting is one INSERT, and Postgres does the rest."""

from pathlib import Path

from django.db import migrations, models

LINK = (Path(__file__).parent / "ledger_chain.sql").read_text(encoding="utf-8")
# Back to what ledger.sql laid.
UNLINK = """
DROP TRIGGER ledger_only ON ledger_entry;
DROP TRIGGER ledger_transaction_link ON ledger_transaction;
DROP TRIGGER ledger_transaction_enter ON ledger_transaction;
ALTER TABLE ledger_transaction DISABLE TRIGGER ledger_transaction_append_only;
ALTER TABLE ledger_transaction
  ADD digest bytea NOT NULL DEFAULT '', ADD xact xid8 NOT NULL DEFAULT pg_current_xact_id();
UPDATE ledger_transaction SET digest = hash;
ALTER TABLE ledger_transaction ENABLE TRIGGER ledger_transaction_append_only;
ALTER TABLE ledger_transaction
  ALTER digest DROP DEFAULT, DROP legs, DROP position, DROP previous, DROP hash;
DROP INDEX ledger_transaction_reverses_id_key;
ALTER TABLE ledger_transaction
  ADD CONSTRAINT ledger_transaction_reverses_id_key UNIQUE (reverses_id);
ALTER TABLE ledger_entry
  ADD FOREIGN KEY (transaction_id) REFERENCES ledger_transaction,
  ADD CONSTRAINT ledger_entry_currency
    FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency);
CREATE INDEX ledger_transaction_contract ON ledger_transaction (contract_id, id);
DROP TABLE ledger_chain, ledger_pot;
DROP FUNCTION
  ledger_transaction_enter, ledger_transaction_link, ledger_open, ledger_is_zero, ledger_only,
  ledger_hash, ledger_genesis;
ALTER TABLE ledger_account
  RESET (fillfactor),
  ADD CONSTRAINT ledger_account_kind_check CHECK (
    kind IN ('asset', 'liability', 'revenue', 'expense')),
  ADD CONSTRAINT ledger_account_currency_check CHECK (currency ~ '^[a-z]{3}$'),
  ADD CONSTRAINT ledger_code_names_currency CHECK (right(code, 4) = ':' || currency),
  ADD CONSTRAINT ledger_no_overdraft CHECK (
    may_overdraw
    OR (kind IN ('asset', 'expense') AND balance >= 0)
    OR (kind IN ('liability', 'revenue') AND balance <= 0));
"""
# The functions and the triggers that were dropped or replaced, as ledger.sql has them.
LAID = (Path(__file__).parent / "ledger.sql").read_text(encoding="utf-8")
ENTER = LAID[LAID.index("CREATE FUNCTION ledger_entry_enter") : LAID.index("CREATE FUNCTION ledger_append_only")]
GUARD = LAID[LAID.index("CREATE FUNCTION ledger_account_guard") : LAID.index("CREATE TRIGGER ledger_account_guard")]
BALANCED = LAID[LAID.index("CREATE FUNCTION ledger_balanced") :]
UNLINK += ENTER + GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + BALANCED


class Migration(migrations.Migration):
    dependencies = [("contracts", "0017_disputes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LINK, UNLINK)],
            state_operations=[
                migrations.CreateModel(
                    name="LedgerChain",
                    fields=[
                        ("contract_id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("length", models.BigIntegerField()),
                        ("head", models.BinaryField()),
                    ],
                    options={"db_table": "ledger_chain"},
                ),
                migrations.RemoveField("ledgertransaction", "digest"),
                migrations.AddField("ledgertransaction", "legs", models.TextField(), preserve_default=False),
                migrations.AddField("ledgertransaction", "position", models.BigIntegerField(), preserve_default=False),
                migrations.AddField("ledgertransaction", "previous", models.BinaryField(), preserve_default=False),
                migrations.AddField("ledgertransaction", "hash", models.BinaryField(), preserve_default=False),
            ],
        )
    ]
