"""Remembers who works for whom, and lets the database refuse conflicts of interest."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

LAY = (Path(__file__).parent / "conflicts.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER review_conflict ON experts_review;
DROP FUNCTION experts_review_conflict, experts_conflict;
"""


class Migration(migrations.Migration):
    dependencies = [('accounts', '0002_client_rating'), ('experts', '0016_appeal')]

    operations = [
        migrations.CreateModel(
            name='Tie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('until', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='tie',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='tie',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='accounts.organisation'),
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
