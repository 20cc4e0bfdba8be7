"""Keeps the sentences that reviewers start from."""

import marketplace.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('experts', '0019_trail')]

    operations = [
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='rpl')),
                ('verdict', models.CharField(choices=[('granted', 'Granted'), ('rejected', 'Rejected'), ('changes_asked', 'Changes asked')], max_length=16, verbose_name='for')),
                ('message', models.TextField(max_length=2000, verbose_name='note to the applicant')),
                ('would_change', models.TextField(blank=True, max_length=600, verbose_name='the one thing that would change it')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name_plural': 'saved replies',
                'ordering': ('verdict', 'position', 'pk'),
            },
        ),
    ]
