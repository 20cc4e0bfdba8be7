"""Sets of who has each facet, and a note of who has changed since they were gathered."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

LAY = (Path(__file__).parent / "search_changes.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER note_search_change ON experts_searchdocument;
DROP FUNCTION experts_note_search_change;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0025_search_document'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchBase',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('experts', models.BinaryField()),
                ('qualities', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchChange',
            fields=[
                ('expert_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('version', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('column', models.CharField(max_length=14)),
                ('value', models.BigIntegerField()),
                ('places', models.BinaryField()),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sets', to='experts.searchbase')),
            ],
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
