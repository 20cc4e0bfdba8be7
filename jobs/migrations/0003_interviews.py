"""Lets the two sides of a job find a time to talk."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_conversations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Interview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='int')),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='length')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what you want to talk about')),
                ('created_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waits for an answer'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Taken back'), ('cancelled', 'Called off')], default='draft', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='jobs.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='InterviewEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='jobs.interview')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InterviewTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='itm')),
                ('starts_at', models.DateTimeField()),
                ('interview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='jobs.interview')),
            ],
            options={
                'ordering': ('starts_at',),
            },
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'agreed', 'declined', 'withdrawn', 'cancelled'])), name='interview_status_known'),
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('conversation',), name='interview_one_proposed'),
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'agreed'), _negated=True), ('starts_at__isnull', False), _connector='OR'), name='interview_agreed_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='interviewtime',
            constraint=models.UniqueConstraint(fields=('interview', 'starts_at'), name='interview_time_once'),
        ),
    ]
