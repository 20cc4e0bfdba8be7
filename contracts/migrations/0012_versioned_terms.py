"""Proposals to change a contract, and every version of what was agreed."""

from pathlib import Path

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models

STAY = (Path(__file__).parent / "terms_stay.sql").read_text()
GO = """
DROP TRIGGER termsversion_append_only ON contracts_termsversion;
DROP TRIGGER amendmentline_append_only ON contracts_amendmentline;
DROP FUNCTION contracts_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0011_documents"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='amd')),
                ('kind', models.CharField(choices=[('change', 'Change of terms'), ('end', 'End by agreement')], max_length=8)),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=8)),
                ('message', models.TextField(blank=True, max_length=2000, verbose_name='why')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('answer_note', models.TextField(blank=True, max_length=1000)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='draft', max_length=24)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='AmendmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AmendmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(choices=[('milestone_added', 'New milestone'), ('milestone_changed', 'Changed milestone'), ('milestone_cancelled', 'Cancelled milestone'), ('check_added', 'New check'), ('check_changed', 'Changed check'), ('check_removed', 'Dropped check'), ('review_window', 'Review window'), ('share', 'Held money')], max_length=24)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='TermsVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('document', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('agreed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='contract',
            name='contract_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='contractcheck',
            name='contract_check_once',
        ),
        migrations.AddField(
            model_name='contract',
            name='end_note',
            field=models.TextField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name='contract',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('done', 'The work that was needed is done'), ('scope', 'What is needed has changed'), ('budget', 'The budget has changed'), ('fit', 'It is not a good fit'), ('time', 'There is no time for it'), ('other', 'Another reason')], max_length=8),
        ),
        migrations.AddField(
            model_name='contractcheck',
            name='dropped_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='contract',
            name='status',
            field=models.CharField(choices=[('accepted', 'Accepted'), ('active', 'Active'), ('ending', 'Ending'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='accepted', max_length=24),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['accepted', 'active', 'ending', 'completed', 'cancelled'])), name='contract_status_known'),
        ),
        migrations.AddConstraint(
            model_name='contractcheck',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at', None)), fields=('contract', 'position'), name='contract_check_once'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='contracts.contract'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='amendmentevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='amendmentevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.amendment'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='agreed_check',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contractcheck'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='amendment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='contracts.amendment'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='milestone',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.milestone'),
        ),
        migrations.AddField(
            model_name='termsversion',
            name='amendment',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='version', to='contracts.amendment'),
        ),
        migrations.AddField(
            model_name='termsversion',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='contracts.contract'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'accepted', 'declined', 'withdrawn', 'expired'])), name='amendment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('contract',), name='amendment_one_open'),
        ),
        migrations.AddConstraint(
            model_name='amendmentline',
            constraint=models.UniqueConstraint(fields=('amendment', 'position'), name='amendment_line_position_once'),
        ),
        migrations.AddConstraint(
            model_name='termsversion',
            constraint=models.UniqueConstraint(fields=('contract', 'number'), name='terms_number_once'),
        ),
        migrations.RunSQL(STAY, GO),
    ]
