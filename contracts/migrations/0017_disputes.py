"""Keeps disputes, what is said in them and who decides; the database holds conflicts and words."""

from pathlib import Path

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models

LAY = (Path(__file__).parent / "disputes.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER decision_conflict ON contracts_decision;
DROP TRIGGER dispute_conflict ON contracts_dispute;
DROP FUNCTION contracts_decision_taken, contracts_dispute_taken, contracts_refuse_conflict,
  contracts_dispute_conflict;
DROP TRIGGER statement_append_only ON contracts_statement;
DROP TRIGGER remark_append_only ON contracts_remark;
DROP TRIGGER exhibit_append_only ON contracts_exhibit;
DROP TRIGGER settlementoffer_append_only ON contracts_settlementoffer;
DROP TRIGGER disputeevent_append_only ON contracts_disputeevent;
DROP TRIGGER decisionevent_append_only ON contracts_decisionevent;
DROP TRIGGER finding_append_only ON contracts_finding;
DROP TRIGGER decision_stays_as_written ON contracts_decision;
DROP TRIGGER decision_stays ON contracts_decision;
DROP FUNCTION disputes_append_only;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0016_replaced_payout_accounts'),
        ('experts', '0020_saved_replies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='dec')),
                ('round', models.PositiveSmallIntegerField()),
                ('award_minor', models.BigIntegerField()),
                ('reason', models.TextField(max_length=4000)),
                ('public_text', models.TextField(max_length=600)),
                ('needs_two', models.BooleanField()),
                ('created_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waits for a second person'), ('standing', 'Given'), ('sent_back', 'Sent back by the second person'), ('dropped', 'No longer needed')], default='draft', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='DecisionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.decision')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='dsp')),
                ('opener', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('amount_minor', models.BigIntegerField()),
                ('claim_minor', models.BigIntegerField()),
                ('answer_minor', models.BigIntegerField(blank=True, null=True)),
                ('award_minor', models.BigIntegerField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('numbers', 'Settled by the amounts both would accept'), ('conceded', 'One side agreed to what the other asked for'), ('unanswered', 'The other side did not answer in time'), ('decided', 'Decided, and not appealed'), ('on_appeal', 'Decided on appeal')], max_length=12)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Waits for an answer'), ('answered', 'Answered'), ('settling', 'Being settled'), ('settled', 'Settled'), ('deciding', 'Waits for a decision'), ('decided', 'Decided'), ('appealed', 'Appealed'), ('final', 'Final'), ('withdrawn', 'Withdrawn'), ('void', 'Without object')], default='draft', max_length=24)),
                ('decider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='contracts.milestone')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='contracts.dispute'),
        ),
        migrations.CreateModel(
            name='DisputeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.dispute')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('met', 'Met'), ('missed', 'Not met'), ('open', 'Cannot be told')], max_length=6)),
                ('reason', models.TextField(max_length=1000)),
                ('agreed_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contractcheck')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='contracts.decision')),
            ],
            options={
                'ordering': ('agreed_check__position',),
            },
        ),
        migrations.CreateModel(
            name='SettlementOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('amount_minor', models.BigIntegerField()),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='contracts.dispute')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='stm')),
                ('kind', models.CharField(choices=[('claim', 'Opens the dispute'), ('answer', 'Answers'), ('addition', 'Adds'), ('appeal', 'Appeals')], max_length=8)),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('text', models.TextField(max_length=4000)),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='contracts.dispute')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=600)),
                ('agreed_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contractcheck')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='contracts.statement')),
            ],
            options={
                'ordering': ('agreed_check__position',),
            },
        ),
        migrations.CreateModel(
            name='Exhibit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='exh')),
                ('url', models.URLField(blank=True, max_length=500)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('upload', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exhibit', to='experts.upload')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exhibits', to='contracts.statement')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('status__in', ('draft', 'open', 'answered', 'settling', 'deciding', 'appealed', 'decided'))), fields=['due_at'], name='dispute_due'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'answered', 'settling', 'settled', 'deciding', 'decided', 'appealed', 'final', 'withdrawn', 'void'])), name='dispute_status_known'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'open', 'answered', 'settling', 'deciding', 'appealed', 'decided'))), fields=('milestone',), name='dispute_one_open'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('claim_minor__range', (0, models.F('amount_minor'))), models.Q(('answer_minor', None), ('answer_minor__range', (0, models.F('amount_minor'))), _connector='OR'), models.Q(('award_minor', None), ('award_minor__range', (0, models.F('amount_minor'))), _connector='OR')), name='dispute_amounts_sane'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('settled', 'final')), _negated=True), models.Q(('award_minor__isnull', False), ('ended_at__isnull', False), ('outcome__gt', '')), _connector='OR'), name='dispute_ends_with_an_award'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['open', 'answered', 'settling', 'deciding', 'appealed', 'decided']), _negated=True), ('due_at__isnull', False), _connector='OR'), name='dispute_clock_runs'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'standing', 'sent_back', 'dropped'])), name='decision_status_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('award_minor__gte', 0), ('round__in', [1, 2])), name='decision_sane'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second', models.F('by')), _negated=True), models.Q(models.Q(('needs_two', True), ('status', 'standing'), _negated=True), ('second__isnull', False), _connector='OR')), name='decision_by_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('dispute',), name='decision_one_proposed'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'standing')), fields=('dispute', 'round'), name='decision_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(fields=('decision', 'agreed_check'), name='found_once'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['met', 'missed', 'open'])), name='finding_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='settlement_offer_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['claim', 'answer', 'addition', 'appeal'])), name='statement_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'addition'), _negated=True), fields=('dispute', 'kind'), name='statement_once'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('statement', 'agreed_check'), name='remarked_once'),
        ),
        migrations.AddConstraint(
            model_name='exhibit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sha256', ''), ('upload', None), ('url__gt', '')), models.Q(('sha256__gt', ''), ('upload__isnull', False), ('url', '')), _connector='OR'), name='exhibit_one_source'),
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
