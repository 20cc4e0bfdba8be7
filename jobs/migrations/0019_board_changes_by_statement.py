"""What the board lists is noted once a statement: many rows at once cost no square any more."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent
LAY = (HERE / "board_changes_by_statement.sql").read_text(encoding="utf-8")
BEFORE = (HERE / "board_changes.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER note_new_job ON jobs_job;
DROP TRIGGER note_changed_job ON jobs_job;
DROP TRIGGER note_gone_job ON jobs_job;
DROP TRIGGER note_new_wish ON jobs_jobskill;
DROP TRIGGER note_changed_wish ON jobs_jobskill;
DROP TRIGGER note_gone_wish ON jobs_jobskill;
DROP FUNCTION jobs_note_changed_wish;
DROP FUNCTION jobs_note_board_change;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0018_alert_passes'),
    ]

    operations = [
        migrations.RunSQL(LAY, LIFT + BEFORE),
    ]
