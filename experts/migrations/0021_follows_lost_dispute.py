"""Marks what a client wrote after losing a dispute, so that it can count half."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0020_saved_replies'),
    ]

    operations = [
        migrations.AddField(
            model_name='workrecord',
            name='follows_lost_dispute',
            field=models.BooleanField(default=False),
        ),
    ]
