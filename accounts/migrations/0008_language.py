"""People choose the language in which they read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_message_kind")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(default="en-gb", max_length=12, verbose_name="language"),
        ),
    ]
