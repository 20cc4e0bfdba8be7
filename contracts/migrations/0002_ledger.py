"""Lays the ledger in plain SQL, because its rules are the database's; Django learns the models."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

LAY = (Path(__file__).parent / "ledger.sql").read_text(encoding="utf-8")
LIFT = """
DROP TABLE ledger_entry, ledger_transaction, ledger_account;
DROP FUNCTION ledger_entry_enter, ledger_append_only, ledger_account_guard, ledger_balanced;
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LAY, LIFT)],
            state_operations=[
                migrations.CreateModel(
                    name="LedgerAccount",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("code", models.TextField(unique=True)),
                        ("kind", models.TextField(choices=[("asset", "Asset"), ("liability", "Liability"), ("revenue", "Revenue"), ("expense", "Expense")])),
                        ("currency", models.CharField(max_length=3)),
                        ("may_overdraw", models.BooleanField(default=False)),
                        ("balance", models.BigIntegerField(default=0)),
                    ],
                    options={"db_table": "ledger_account"},
                ),
                migrations.CreateModel(
                    name="LedgerTransaction",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("idem_key", models.TextField(unique=True)),
                        ("digest", models.BinaryField()),
                        ("kind", models.TextField(choices=[("fund", "Funded"), ("stripe_fee", "Stripe's fee"), ("release", "Released"), ("transfer", "Paid to the expert"), ("mismatch", "Payment that does not match")])),
                        ("happened_at", models.DateTimeField()),
                        ("contract", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="ledger_transactions", to="contracts.contract")),
                        ("reverses", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversed_by", to="contracts.ledgertransaction")),
                    ],
                    options={"db_table": "ledger_transaction"},
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("currency", models.CharField(max_length=3)),
                        ("amount", models.BigIntegerField()),
                        ("balance_after", models.BigIntegerField()),
                        ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="contracts.ledgeraccount")),
                        ("transaction", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="contracts.ledgertransaction")),
                    ],
                    options={
                        "db_table": "ledger_entry",
                        "constraints": [models.UniqueConstraint(fields=("transaction", "account"), name="ledger_entry_once")],
                    },
                ),
            ],
        )
    ]
