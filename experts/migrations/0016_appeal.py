"""Lets an applicant appeal, once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('experts', '0015_seats_hold')]

    operations = [
        migrations.AddField(
            model_name='application',
            name='appeal',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='application',
            name='appealed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
