"""Names in each history the request that made the move."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0021_typed'),
    ]

    operations = [
        migrations.AddField(
            model_name='interviewevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='jobevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='proposalevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
    ]
