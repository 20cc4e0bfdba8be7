"""Tells vetting who works for whom, of the contracts that began before it asked."""

from django.db import migrations

TELL = """
INSERT INTO experts_tie (expert_id, organisation_id, source, until)
SELECT expert_id, organisation_id, public_id, (completed_at AT TIME ZONE 'UTC')::date
  FROM contracts_contract WHERE status IN ('active', 'completed')
    ON CONFLICT (source) DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0006_check_labels"),
        ("experts", "0017_ties_and_conflicts"),
    ]

    operations = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
