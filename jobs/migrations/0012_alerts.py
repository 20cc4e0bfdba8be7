"""Keeps with each match what it was worked out from, and lays the alerts by which jobs find experts."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import marketplace.kit.models
from django.db import migrations, models

UNCHECKED = {'db_constraint': False, 'on_delete': django.db.models.deletion.CASCADE}


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0025_search_document'),
        ('jobs', '0011_reviews'),
    ]

    operations = [
        migrations.AddField(
            model_name='match',
            name='due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='match',
            name='fits',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='match',
            name='inputs',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='match',
            name='is_new',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='match',
            name='told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
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
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='alr')),
                ('is_default', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('wanted', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('words', models.CharField(blank=True, max_length=120, verbose_name='words')),
                ('least_budget_minor', models.BigIntegerField(default=0)),
                ('least_score', models.PositiveSmallIntegerField(default=0, verbose_name='score of at least')),
                ('cadence', models.CharField(choices=[('now', 'At once'), ('daily', 'Daily'), ('weekly', 'Weekly'), ('off', 'Never')], default='now', max_length=8, verbose_name='told')),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='experts.expert')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('expert', 'name'), name='alert_name_once'),
                    models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('expert',), name='alert_one_default'),
                    models.CheckConstraint(condition=models.Q(('cadence__in', ['now', 'daily', 'weekly', 'off'])), name='alert_cadence_known'),
                    models.CheckConstraint(condition=models.Q(('least_score__lte', 100)), name='alert_score_of_100'),
                ],
                'ordering': ('-is_default', 'name'),
            },
        ),
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
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('algorithm', models.CharField(max_length=20)),
                ('ranked_on', models.DateField()),
                ('demand', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rankings', to='jobs.job')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='MatchSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('inputs', models.JSONField(blank=True, null=True)),
                ('algorithm', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.expert')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job')),
                ('ranking', models.ForeignKey(blank=True, db_index=False, null=True, related_name='+', to='jobs.ranking', **UNCHECKED)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('ranking', 'expert'), name='snapshot_once'),
                ],
            },
        ),
        migrations.AddField(
            model_name='match',
            name='ranking',
            field=models.ForeignKey(blank=True, db_index=False, null=True, related_name='+', to='jobs.ranking', **UNCHECKED),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(condition=models.Q(('due_at__isnull', False), ('told_at', None)), fields=['due_at'], name='match_to_tell'),
        ),
        migrations.RunSQL((Path(__file__).parent / 'alert_entries.sql').read_text(encoding='utf-8')),
    ]
