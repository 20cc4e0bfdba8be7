"""Keeps the trail of the desk, and lets the database refuse to change what happened."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAY = (Path(__file__).parent / "append_only.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER trailentry_append_only ON experts_trailentry;
DROP TRIGGER applicationevent_append_only ON experts_applicationevent;
DROP TRIGGER badgeevent_append_only ON experts_badgeevent;
DROP TRIGGER reviewevent_append_only ON experts_reviewevent;
DROP TRIGGER score_append_only ON experts_score;
DROP TRIGGER review_stays_as_given ON experts_review;
DROP FUNCTION experts_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('experts', '0018_two_grants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TrailEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('looked', 'Looked at the case'), ('opened', 'Opened a file of the evidence'), ('took', 'Took the case'), ('took_over', 'Took the case after a lease ran out'), ('handed_back', 'Handed the case back'), ('judged', 'Gave a judgement'), ('decided', 'Ended the case'), ('suspended', 'Suspended the badge'), ('reinstated', 'Reinstated the badge'), ('revoked', 'Revoked the badge')], max_length=12)),
                ('at', models.DateTimeField()),
                ('about', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name_plural': 'trail entries',
                'ordering': ('pk',),
            },
        ),
        migrations.AddField(
            model_name='trailentry',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trail', to='experts.application'),
        ),
        migrations.AddField(
            model_name='trailentry',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
