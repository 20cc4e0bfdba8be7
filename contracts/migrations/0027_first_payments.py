"""Tells accounts which clients have paid already."""

from django.db import migrations

FIRST_PAYMENTS = """
UPDATE accounts_organisation
SET paid_at = first.held_at
FROM (
    SELECT contract.organisation_id, min(payment.held_at) AS held_at
    FROM contracts_payment payment
    JOIN contracts_milestone milestone ON milestone.id = payment.milestone_id
    JOIN contracts_contract contract ON contract.id = milestone.contract_id
    WHERE payment.status = 'held'
    GROUP BY contract.organisation_id
) first
WHERE accounts_organisation.id = first.organisation_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_first_payment"),
        ("contracts", "0026_reasons_of_lifting"),
    ]

    operations = [migrations.RunSQL(FIRST_PAYMENTS, migrations.RunSQL.noop)]
