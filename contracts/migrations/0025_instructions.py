"""Lets our staff move money by hand, which takes two of them: one proposes, another confirms."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0024_reasons_of_staff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Instruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='ins')),
                ('kind', models.CharField(choices=[('adopt', 'Let a payment count'), ('send_back', 'Send a payment back'), ('return_held', 'Return held money')], max_length=12)),
                ('amount_minor', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.TextField(max_length=1000)),
                ('created_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waits for a second person'), ('carried_out', 'Carried out'), ('dropped', 'Dropped')], default='draft', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='contracts.milestone')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='contracts.payment')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instruction', to='contracts.refund')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='InstructionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.instruction')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'carried_out', 'dropped'])), name='instruction_status_known'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__gt', 0), ('kind', 'return_held'), ('payment', None), ('milestone__isnull', False)), models.Q(('amount_minor', None), ('kind__in', ['adopt', 'send_back']), ('milestone', None), ('payment__isnull', False)), _connector='OR'), name='instruction_about_one'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second', None), models.Q(('second', models.F('by')), _negated=True), _connector='OR'), models.Q(models.Q(('status', 'carried_out'), _negated=True), ('second__isnull', False), _connector='OR')), name='instruction_by_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('payment',), name='instruction_one_payment'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('milestone',), name='instruction_one_milestone'),
        ),
    ]
