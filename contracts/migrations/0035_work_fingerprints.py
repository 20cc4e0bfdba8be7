"""What is handed in carries the fingerprint of all it says; older work has none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0034_payout_holds'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
