"""Payouts that look laundered wait for a person."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0021_deeds'),
        ('contracts', '0039_rings'),
        ('experts', '0034_request_ids'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayoutCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='pcs')),
                ('opened_at', models.DateTimeField()),
                ('look_until', models.DateTimeField()),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='why')),
                ('status', models.CharField(choices=[('open', 'Waits for a look'), ('kept', 'Payouts are kept back'), ('cleared', 'Nothing wrong')], default='open', max_length=24)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='PayoutCaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('request_id', models.CharField(blank=True, db_default='', max_length=32)),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Sign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('velocity', 'Far more, or far more often, than before'), ('round_trip', 'It comes back to whom it came from'), ('in_and_out', 'In and out within two days'), ('many_clients', 'Many small clients who hire nobody else'), ('fan_out', 'One client, many new experts, the same sum'), ('country', "Paid out in another country than the profile's"), ('structuring', 'Again and again just below what is looked at'), ('ladder', 'More than an account of this age receives'), ('no_delivery', 'Released without work handed in and without a word'), ('refunds', 'Paid and returned again and again')], max_length=12)),
                ('about', models.CharField(blank=True, max_length=40)),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='operation',
            name='operation_status_known',
        ),
        migrations.AlterField(
            model_name='operation',
            name='status',
            field=models.CharField(choices=[('decided', 'Decided'), ('pending', 'Waiting to be sent'), ('sending', 'Being sent'), ('submitted', 'With the bank'), ('succeeded', 'Done'), ('failed', 'Failed'), ('cancelled', 'Not sent'), ('blocked', "Waiting for the payee's account"), ('frozen', 'Needs a person'), ('under_review', 'Being looked at')], default='decided', max_length=24),
        ),
        # What is there is looked at by the migration after this one, while people go on writing.
        AddConstraintNotValid(
            model_name='operation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['decided', 'pending', 'sending', 'submitted', 'succeeded', 'failed', 'cancelled', 'blocked', 'frozen', 'under_review'])), name='operation_status_known'),
        ),
        migrations.AddField(
            model_name='payoutcase',
            name='expert',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_cases', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='payoutcase',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_cases', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='payoutcaseevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payoutcaseevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.payoutcase'),
        ),
        migrations.AddField(
            model_name='sign',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='contracts.payoutcase'),
        ),
        migrations.AddField(
            model_name='sign',
            name='operation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='contracts.operation'),
        ),
        migrations.AddConstraint(
            model_name='payoutcase',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'kept', 'cleared'])), name='payout_case_status_known'),
        ),
        migrations.AddConstraint(
            model_name='payoutcase',
            constraint=models.CheckConstraint(condition=models.Q(('expert', None), ('organisation', None), _connector='XOR'), name='payout_case_of_one_account'),
        ),
        migrations.AddConstraint(
            model_name='payoutcase',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('open', 'kept'))), fields=('expert',), name='payout_case_of_expert'),
        ),
        migrations.AddConstraint(
            model_name='payoutcase',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('open', 'kept'))), fields=('organisation',), name='payout_case_of_client'),
        ),
        migrations.AddConstraint(
            model_name='payoutcase',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'open'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='payout_case_judged_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.UniqueConstraint(fields=('case', 'operation', 'kind'), name='sign_once'),
        ),
    ]
