"""Names in each history the request that made the move."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0033_words_may_go'),
    ]

    operations = [
        migrations.AddField(
            model_name='applicationevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='badgeevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='checkevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='referenceevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='uploadevent',
            name='request_id',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
    ]
