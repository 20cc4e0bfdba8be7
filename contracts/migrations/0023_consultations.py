"""Lets experts offer consultations, and clients book and pay for one."""


import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_score_kind'),
        ('contracts', '0022_feedback_after_lost_dispute'),
        ('experts', '0023_desk_choice'),
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='cns')),
                ('question', models.TextField(max_length=2000)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('paying', 'Being paid for'), ('booked', 'Booked'), ('given', 'Took place'), ('client_missed', 'The client did not come'), ('expert_missed', 'The expert did not come'), ('returned', 'Cancelled, money returned'), ('lapsed', 'Not paid for')], default='paying', max_length=24)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='ConsultationEvent',
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
            name='Consulting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price_minor', models.BigIntegerField()),
                ('currency', models.CharField(default='usd', max_length=3)),
                ('is_open', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='slt')),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('starts_at',),
            },
        ),
        migrations.AlterField(
            model_name='contract',
            name='job',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='jobs.job'),
        ),
        migrations.AlterField(
            model_name='contract',
            name='kind',
            field=models.CharField(choices=[('fixed', 'Fixed price'), ('hourly', 'By the hour'), ('consultation', 'Consultation')], default='fixed', max_length=12),
        ),
        migrations.AlterField(
            model_name='contract',
            name='offer',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='contracts.offer'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='kind',
            field=models.CharField(choices=[('given_back', 'Given back by the expert'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Returned at the hold limit'), ('not_needed', 'Paid for nothing that was open'), ('left_over', 'Left over of prepaid hours'), ('no_meeting', 'The consultation did not take place'), ('staff', 'Returned by our staff'), ('clawed_back', 'Given back after its release'), ('won_back', "Won back from the client's bank"), ('outside', 'Made at Stripe itself')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'consultation'), models.Q(('job__isnull', False), ('offer__isnull', False)), _connector='OR'), name='contract_comes_from_an_offer'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='contract',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consultation', to='contracts.contract'),
        ),
        migrations.AddField(
            model_name='consultationevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consultationevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.consultation'),
        ),
        migrations.AddField(
            model_name='consulting',
            name='expert',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consulting', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='slot',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='contracts.slot'),
        ),
        migrations.AddConstraint(
            model_name='consulting',
            constraint=models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='consulting_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('expert', 'starts_at'), name='offered_slot_once'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__in', (30, 60, 90))), name='offered_slot_length_known'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['paying', 'booked', 'given', 'client_missed', 'expert_missed', 'returned', 'lapsed'])), name='consultation_status_known'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('paying', 'booked', 'given', 'client_missed', 'expert_missed'))), fields=('slot',), name='offered_slot_taken_once'),
        ),
    ]
