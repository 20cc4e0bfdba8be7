"""Double entry, kept by the database: `migrations/ledger.sql` holds the rules Postgres enforces.

Amounts are signed minor units: debit above zero, credit below.
"""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract


class Pot(models.TextChoices):
    """The chart of accounts; an account is a pot in one currency, of one row or of the platform."""

    STRIPE = "stripe", _("Our balance at Stripe")
    ESCROW = "escrow", _("Held for a milestone")
    FEE_DEFERRED = "fee_deferred", _("Client fee not yet earned")
    PAYABLE = "payable", _("Released and not yet paid to the expert")
    REFUND_PAYABLE = "refund_payable", _("Refund decided and not yet with the client")
    DISPUTE_RECV = "dispute_recv", _("Withdrawn by a bank, outcome open")
    RECEIVABLE = "receivable", _("Owed to us by an expert")
    FEE_REVENUE = "fee_revenue", _("Fees earned")
    PSP_FEES = "psp_fees", _("Stripe's own fees")
    DISPUTE_FEES = "dispute_fees", _("Stripe's fees for chargebacks")
    DISPUTE_LOSS = "dispute_loss", _("Lost to chargebacks")
    GOODWILL = "goodwill", _("Paid by us out of goodwill")
    BANK = "bank", _("Paid out to our bank")
    SUSPENSE = "suspense", _("Money nobody can place yet")


# "stripe:3:usd": the pots of the platform are many accounts each (`services/ledger.py`).
SHARE = re.compile(r":[0-9]+:")


def whole(code: str) -> str:
    """Return the code of an account without the number of its share of a pot of the platform."""
    return SHARE.sub(":", code)


class LedgerAccount(models.Model):
    """A pot of one currency; `balance` is written by the entry trigger alone."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("Asset")
        LIABILITY = "liability", _("Liability")
        REVENUE = "revenue", _("Revenue")
        EXPENSE = "expense", _("Expense")

    # "escrow:mil_4h2k…:usd": the pot, whose it is, the currency.
    code = models.TextField(unique=True)
    kind = models.TextField(choices=Kind.choices)
    currency = models.CharField(max_length=3)
    may_overdraw = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_account"


class LedgerTransaction(models.Model):
    """One money fact; `idem_key` names it, so that it is posted once."""

    class Kind(models.TextChoices):
        FUND = "fund", _("Funded")
        STRIPE_FEE = "stripe_fee", _("Stripe's fee")
        RELEASE = "release", _("Released")
        TRANSFER = "transfer", _("Paid to the expert")
        MISMATCH = "mismatch", _("Payment that does not match")
        BONUS = "bonus", _("Bonus")
        REFUND = "refund", _("Refund decided")
        # What a decision in a dispute let go or gave back; its words differ, its legs do not.
        AWARDED_RELEASE = "awarded_release", _("Released by a decision")
        AWARDED_REFUND = "awarded_refund", _("Refund by a decision")
        REFUND_SETTLED = "refund_settled", _("Refund paid")
        REFUND_FAILED = "refund_failed", _("Refund came back")
        REVERSAL = "reversal", _("Transfer taken back")
        CHARGEBACK = "chargeback", _("Withdrawn by the client's bank")
        CHARGEBACK_FEE = "chargeback_fee", _("Stripe's fee for a chargeback")
        CHARGEBACK_WON = "chargeback_won", _("Given back by the client's bank")
        CHARGEBACK_LOST = "chargeback_lost", _("Kept by the client's bank")
        CLAWBACK = "clawback", _("Given back after its release")
        CLAWBACK_COVERED = "clawback_covered", _("Missing part of a clawback covered")
        PLATFORM_PAYOUT = "platform_payout", _("Paid out to our bank")
        EXTERNAL = "external", _("Done at Stripe, not by us")
        ADJUSTMENT = "adjustment", _("Posted by hand")
        REVERSING = "reversing", _("Posting taken back")

    idem_key = models.TextField(unique=True)
    kind = models.TextField(choices=Kind.choices)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="ledger_transactions"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    happened_at = models.DateTimeField()
    # "escrow:mil_4h2k…:usd 300000" a line, by code: the entries are written from it.
    legs = models.TextField()
    # Its place in the chain of its contract, the hash of the posting before and its own: written
    # by the database, whatever is sent.
    position = models.BigIntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_transaction"


class LedgerChain(models.Model):
    """Where the chain of one contract's postings stands; written by the database alone."""

    # 0 is the chain of what belongs to no contract.
    contract_id = models.BigIntegerField(primary_key=True)
    length = models.BigIntegerField()
    head = models.BinaryField()

    class Meta:
        db_table = "ledger_chain"


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
