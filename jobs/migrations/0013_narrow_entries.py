"""Lays the alert entries anew, narrower, and no longer looks up the keys of each match."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

UNCHECKED = {'db_constraint': False, 'on_delete': django.db.models.deletion.CASCADE}


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0025_search_document'),
        ('jobs', '0012_alerts'),
    ]

    operations = [
        migrations.DeleteModel(name='AlertEntry'),
        migrations.CreateModel(
            name='AlertEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('rate_minor', models.PositiveIntegerField()),
                ('zone', models.IntegerField()),
                ('proven', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('wanted', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('words', models.TextField(null=True)),
                ('least_budget_minor', models.BigIntegerField(null=True)),
                ('least_score', models.PositiveSmallIntegerField(null=True)),
                ('cadence', models.CharField(max_length=8, null=True)),
                ('alert', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.alert')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.expert')),
                ('skill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.skill')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('expert', 'skill', 'alert'), name='alert_entry_once', nulls_distinct=False),
                ],
                'indexes': [
                    models.Index(fields=['skill', 'level', 'rate_minor'], include=('expert', 'zone', 'proven', 'wanted', 'words', 'least_budget_minor', 'least_score', 'cadence'), name='alert_entry_by_skill'),
                ],
            },
        ),
        migrations.RunSQL((Path(__file__).parent / 'narrow_entries.sql').read_text(encoding='utf-8')),
        migrations.AlterField(
            model_name='match',
            name='job',
            field=models.ForeignKey(db_index=False, related_name='matches', to='jobs.job', **UNCHECKED),
        ),
        migrations.AlterField(
            model_name='match',
            name='expert',
            field=models.ForeignKey(related_name='matches', to='experts.expert', **UNCHECKED),
        ),
        migrations.AlterField(
            model_name='match',
            name='ranking',
            field=models.ForeignKey(blank=True, db_index=False, null=True, related_name='+', to='jobs.ranking', **UNCHECKED),
        ),
        migrations.AlterField(
            model_name='matchsnapshot',
            name='ranking',
            field=models.ForeignKey(blank=True, db_index=False, null=True, related_name='+', to='jobs.ranking', **UNCHECKED),
        ),
    ]
