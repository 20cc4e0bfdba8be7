"""Every operation's status is a known one: asked of the rows that were there before `0040`."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0040_payout_cases'),
    ]

    operations = [
        ValidateConstraint(model_name='operation', name='operation_status_known'),
    ]
