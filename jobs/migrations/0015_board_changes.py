"""A note of which transactions changed what the job board lists."""

from pathlib import Path

from django.db import migrations, models

LAY = (Path(__file__).parent / "board_changes.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER note_changed_wish ON jobs_jobskill;
DROP FUNCTION jobs_note_changed_wish;
DROP TRIGGER note_gone_job ON jobs_job;
DROP TRIGGER note_changed_job ON jobs_job;
DROP TRIGGER note_new_job ON jobs_job;
DROP FUNCTION jobs_note_board_change;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0014_job_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardChange',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
