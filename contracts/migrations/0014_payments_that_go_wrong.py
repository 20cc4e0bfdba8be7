"""What came of a payment, and what the bank said of the card."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0013_first_terms")]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='received_currency',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='payment',
            name='received_minor',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='payment',
            name='refused_with',
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
