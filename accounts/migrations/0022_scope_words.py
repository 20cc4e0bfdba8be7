"""A scope of tokens says what more it covers; no column changes."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    unsafe_because = "a new word in a list of choices changes no column"

    dependencies = [
        ('accounts', '0021_deeds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accesstoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read what you may see'), ('jobs:write', 'Change jobs'), ('proposals:write', 'Write, send, answer and withdraw proposals'), ('messages:write', 'Write messages, propose and answer interviews'), ('contracts:write', 'Hand in work and hours, say no to offers and changes, rate'), ('profile:write', 'Change your profile, alerts, searches and read news')], max_length=24), size=None),
        ),
    ]
