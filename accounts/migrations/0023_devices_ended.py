"""Counts how often somebody ended their other sessions, which their browsers are known by."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_scope_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='devices_ended',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
