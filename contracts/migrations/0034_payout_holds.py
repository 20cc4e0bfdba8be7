"""New payout details wait 72 hours before money follows them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0033_clause_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='payoutaccount',
            name='details_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='payoutaccount',
            name='held_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
