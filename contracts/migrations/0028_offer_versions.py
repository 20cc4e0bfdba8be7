"""Lets an offer be answered with other terms, which are its next version."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0027_first_payments'),
        ('jobs', '0005_invitations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='offer',
            name='offer_status_known',
        ),
        migrations.AddField(
            model_name='offer',
            name='answers',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='contracts.offer'),
        ),
        migrations.AddField(
            model_name='offer',
            name='number',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='offer',
            name='side',
            field=models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], default='client', max_length=8),
        ),
        migrations.AlterField(
            model_name='offer',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('countered', 'Answered with other terms'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='draft', max_length=24),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'sent', 'accepted', 'declined', 'countered', 'withdrawn', 'expired'])), name='offer_status_known'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answers', None), ('number', 1), ('side', 'client')), models.Q(('answers__isnull', False), ('number__gt', 1)), _connector='OR'), name='offer_answers_another'),
        ),
    ]
