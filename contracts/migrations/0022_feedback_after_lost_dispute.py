"""Say beside feedback whether the side that gave it had just lost a dispute about the work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('contracts', '0021_hourly_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedback',
            name='follows_lost_dispute',
            field=models.BooleanField(default=False),
        ),
    ]
