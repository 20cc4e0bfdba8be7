"""Milestones that are thanks and not work."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0014_payments_that_go_wrong")]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='kind',
            field=models.CharField(choices=[('work', 'Work'), ('bonus', 'Bonus')], default='work', max_length=8),
        ),
        migrations.AlterField(
            model_name='release',
            name='kind',
            field=models.CharField(choices=[('approved', 'Approved by the client'), ('part', 'Part released by the client'), ('unanswered', 'Released after the review window'), ('agreed', 'Agreed by both sides'), ('decided', 'Decided in a dispute'), ('hold_limit', 'Released at the hold limit'), ('bonus', 'Bonus')], default='approved', max_length=16),
        ),
    ]
