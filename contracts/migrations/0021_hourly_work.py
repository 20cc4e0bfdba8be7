"""Lets work be paid by the hour: prepaid weeks, timesheets, and what released them."""


import django.db.models.deletion
import django.db.models.expressions
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_score_kind'),
        ('contracts', '0020_chargebacks'),
        ('experts', '0023_desk_choice'),
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('minutes', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Timesheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='tsh')),
                ('starts_on', models.DateField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('review_due_at', models.DateTimeField(blank=True, null=True)),
                ('question', models.TextField(blank=True, max_length=1000)),
                ('status', models.CharField(choices=[('open', 'Being written'), ('submitted', 'In review'), ('queried', 'Question asked'), ('released', 'Released'), ('void', 'Nothing left to pay it from')], default='open', max_length=24)),
            ],
            options={
                'ordering': ('-starts_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='TimesheetEvent',
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
            name='TimesheetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('day', models.DateField()),
                ('minutes', models.PositiveIntegerField()),
                ('what', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='TimesheetRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.AddField(
            model_name='contract',
            name='kind',
            field=models.CharField(choices=[('fixed', 'Fixed price'), ('hourly', 'By the hour')], default='fixed', max_length=12),
        ),
        migrations.AddField(
            model_name='contract',
            name='rate_minor',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='weekly_minutes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='rate_minor',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='weekly_minutes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='milestone',
            name='kind',
            field=models.CharField(choices=[('work', 'Work'), ('bonus', 'Bonus'), ('hours', 'Prepaid hours')], default='work', max_length=8),
        ),
        migrations.AlterField(
            model_name='refund',
            name='kind',
            field=models.CharField(choices=[('given_back', 'Given back by the expert'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Returned at the hold limit'), ('not_needed', 'Paid for nothing that was open'), ('left_over', 'Left over of prepaid hours'), ('staff', 'Returned by our staff'), ('outside', 'Made at Stripe itself')], max_length=16),
        ),
        migrations.AlterField(
            model_name='release',
            name='kind',
            field=models.CharField(choices=[('approved', 'Approved by the client'), ('part', 'Part released by the client'), ('unanswered', 'Released after the review window'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Released at the hold limit'), ('bonus', 'Bonus'), ('hours', 'Hours released')], default='approved', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'hourly'), ('rate_minor__gt', 0), ('weekly_minutes__gt', 0), ('rate_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('rate_minor'), '/', models.Value(100)), '*', models.Value(100)))), models.Q(models.Q(('kind', 'hourly'), _negated=True), ('rate_minor', None), ('weekly_minutes', None)), _connector='OR'), name='contract_rate_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rate_minor', None), ('weekly_minutes', None)), models.Q(('rate_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('rate_minor'), '/', models.Value(100)), '*', models.Value(100))), ('rate_minor__gt', 0), ('weekly_minutes__gt', 0)), _connector='OR'), name='offer_rate_sane'),
        ),
        migrations.AddField(
            model_name='period',
            name='milestone',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='period', to='contracts.milestone'),
        ),
        migrations.AddField(
            model_name='timesheet',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timesheets', to='contracts.contract'),
        ),
        migrations.AddField(
            model_name='timesheetevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timesheetevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.timesheet'),
        ),
        migrations.AddField(
            model_name='timesheetline',
            name='timesheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='contracts.timesheet'),
        ),
        migrations.AddField(
            model_name='timesheetrelease',
            name='release',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='timesheet_part', to='contracts.release'),
        ),
        migrations.AddField(
            model_name='timesheetrelease',
            name='timesheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='contracts.timesheet'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__iso_week_day', 1)), name='period_on_monday'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 15), ('minutes__lte', 10080), ('minutes', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('minutes'), '/', models.Value(15)), '*', models.Value(15)))), name='period_quarters'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'submitted', 'queried', 'released', 'void'])), name='timesheet_status_known'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__iso_week_day', 1)), name='timesheet_on_monday'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'void'), _negated=True), fields=('contract', 'starts_on'), name='timesheet_once_a_week'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'submitted'), _negated=True), ('review_due_at__isnull', False), _connector='OR'), name='timesheet_in_review_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='timesheetline',
            constraint=models.UniqueConstraint(fields=('timesheet', 'position'), name='hours_position_once'),
        ),
        migrations.AddConstraint(
            model_name='timesheetline',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 15), ('minutes__lte', 1440), ('minutes', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('minutes'), '/', models.Value(15)), '*', models.Value(15)))), name='hours_quarters'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='kind',
            field=models.CharField(choices=[('given_back', 'Given back by the expert'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Returned at the hold limit'), ('not_needed', 'Paid for nothing that was open'), ('left_over', 'Left over of prepaid hours'), ('staff', 'Returned by our staff'), ('clawed_back', 'Given back after its release'), ('won_back', "Won back from the client's bank"), ('outside', 'Made at Stripe itself')], max_length=16),
        ),
        migrations.AlterField(
            model_name='release',
            name='kind',
            field=models.CharField(choices=[('approved', 'Approved by the client'), ('part', 'Part released by the client'), ('unanswered', 'Released after the review window'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Released at the hold limit'), ('bonus', 'Bonus'), ('won_back', "Won back from the client's bank"), ('outside', 'Made at Stripe itself'), ('hours', 'Hours released')], default='approved', max_length=16),
        ),
    ]
