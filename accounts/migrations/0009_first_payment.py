"""Remembers when a client first paid; contracts fills in those who have."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_language'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='paid_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
