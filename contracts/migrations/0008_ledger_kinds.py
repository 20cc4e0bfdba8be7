"""Names every kind of money fact: refunds, chargebacks, bonuses, our payouts and corrections."""

from django.db import migrations, models

KINDS = [
    ("fund", "Funded"),
    ("stripe_fee", "Stripe's fee"),
    ("release", "Released"),
    ("transfer", "Paid to the expert"),
    ("mismatch", "Payment that does not match"),
    ("bonus", "Bonus"),
    ("refund", "Refund decided"),
    ("awarded_release", "Released by a decision"),
    ("awarded_refund", "Refund by a decision"),
    ("refund_settled", "Refund paid"),
    ("refund_failed", "Refund came back"),
    ("reversal", "Transfer taken back"),
    ("chargeback", "Withdrawn by the client's bank"),
    ("chargeback_fee", "Stripe's fee for a chargeback"),
    ("chargeback_won", "Given back by the client's bank"),
    ("chargeback_lost", "Kept by the client's bank"),
    ("platform_payout", "Paid out to our bank"),
    ("external", "Done at Stripe, not by us"),
    ("adjustment", "Posted by hand"),
    ("reversing", "Posting taken back"),
]


class Migration(migrations.Migration):
    dependencies = [("contracts", "0007_ties_of_contracts")]

    operations = [
        # The table itself is kept by ledger.sql; only the words change here.
        migrations.AlterField("ledgertransaction", "kind", models.TextField(choices=KINDS)),
    ]
