"""Double entry, kept by the database: see `ledger.sql` for the rules Postgres itself holds.

Amounts are signed minor units: debit above zero, credit below.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract


class LedgerAccount(models.Model):
    """A pot of one currency; `balance` is written by the entry trigger alone."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("Asset")
        LIABILITY = "liability", _("Liability")
        REVENUE = "revenue", _("Revenue")
        EXPENSE = "expense", _("Expense")

    code = models.TextField(unique=True)
    kind = models.TextField(choices=Kind.choices)
    currency = models.CharField(max_length=3)
    may_overdraw = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_account"


class LedgerTransaction(models.Model):
    """One money fact; `idem_key` names it, so that it is posted once."""

    idem_key = models.TextField(unique=True)
    digest = models.BinaryField()
    kind = models.TextField()
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="ledger_transactions"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_transaction"


class LedgerEntry(models.Model):
    """One leg of a transaction."""

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="entries")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta:
        db_table = "ledger_entry"
        constraints = (
            models.UniqueConstraint(fields=("transaction", "account"), name="ledger_entry_once"),
        )
