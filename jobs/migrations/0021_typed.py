"""Keep what was typed in a draft and cannot be taken yet."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0020_held_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='typed',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='proposal',
            name='typed',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
    ]
