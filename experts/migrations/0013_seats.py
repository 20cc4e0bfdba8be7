"""Lets a judgement have a seat, a round and a state; and applications more states."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('experts', '0012_preparation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewEvent',
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
        migrations.RemoveConstraint(
            model_name='application',
            name='application_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='application_one_open',
        ),
        migrations.RemoveIndex(
            model_name='application',
            name='application_queue',
        ),
        migrations.AddField(
            model_name='application',
            name='asked_parts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='application',
            name='clock_left',
            field=models.DurationField(default=datetime.timedelta(days=1, seconds=57600)),
        ),
        migrations.AddField(
            model_name='application',
            name='round',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='review',
            name='claimed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='given_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='lease_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='level',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')], null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='parts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('claim', 'The claim'), ('evidence', 'The evidence'), ('own_share', 'Your own share of the work'), ('method', 'How it was measured'), ('reference', 'The reference')], max_length=16), default=list, size=None),
        ),
        migrations.AddField(
            model_name='review',
            name='reapply_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='round',
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='review',
            name='seat',
            field=models.CharField(choices=[('first', 'First review'), ('second', 'Second review'), ('lead', 'Calibration'), ('appeal', 'Appeal')], default='first', max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='review',
            name='status',
            field=models.CharField(choices=[('open', 'Waits for a reviewer'), ('claimed', 'With a reviewer'), ('given', 'Given'), ('dropped', 'No longer needed')], default='open', max_length=24),
        ),
        migrations.AddField(
            model_name='review',
            name='would_change',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='application',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'In the queue'), ('reviewing', 'In review'), ('calibrating', 'With a lead'), ('changes_asked', 'Changes asked'), ('granted', 'Granted'), ('rejected', 'Rejected'), ('appealed', 'Appealed'), ('withdrawn', 'Withdrawn')], default='draft', max_length=24),
        ),
        migrations.AlterField(
            model_name='review',
            name='reviewer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='review',
            name='verdict',
            field=models.CharField(blank=True, choices=[('granted', 'Granted'), ('rejected', 'Rejected'), ('changes_asked', 'Changes asked')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'reviewing', 'calibrating', 'appealed'))), fields=['due_at'], name='application_queue'),
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='experts.review'),
        ),
    ]
