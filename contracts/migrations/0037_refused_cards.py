"""An index of the cards that banks refused, to see at once when somebody tries many."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('contracts', '0036_links'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='paymentevent',
            index=models.Index(condition=models.Q(('verb', 'refuse')), fields=['at'], name='payment_refusals'),
        ),
    ]
