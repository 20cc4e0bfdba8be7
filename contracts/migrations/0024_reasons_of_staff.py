"""Keep why our staff stopped a contract's money, or returned it; both sides may read it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0023_consultations'),
    ]

    operations = [
        migrations.AddField(
            model_name='freeze',
            name='note',
            field=models.TextField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name='refund',
            name='reason',
            field=models.TextField(blank=True, max_length=1000),
        ),
    ]
