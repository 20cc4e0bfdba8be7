"""Keeps what an expert was told of their score, for the weekly mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0021_follows_lost_dispute'),
    ]

    operations = [
        migrations.CreateModel(
            name='ToldScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField()),
                ('told_on', models.DateField(blank=True, null=True)),
                ('score', models.FloatField(blank=True, null=True)),
                ('contracts', models.JSONField(default=dict)),
                ('expert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='told_score', to='experts.expert')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('score', None), ('told_on', None)), models.Q(('score__isnull', False), ('told_on__isnull', False)), _connector='OR'), name='told_score_whole')],
            },
        ),
    ]
