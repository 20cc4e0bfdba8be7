"""Says in which languages one can work on a job; those that were posted before are in English."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0012_alerts'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), default=['en'], size=None, verbose_name='languages of work'),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('languages__len__gte', 1)), name='job_names_a_language'),
        ),
    ]
