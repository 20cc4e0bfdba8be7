"""Searches for experts that somebody keeps, and whom each has told of."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0029_english_sentences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExpertFound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ExpertSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='exs')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.TextField(max_length=2000)),
                ('filters', models.JSONField()),
                ('cadence', models.CharField(choices=[('now', 'At once'), ('daily', 'Daily'), ('weekly', 'Weekly'), ('off', 'Never')], default='daily', max_length=8, verbose_name='told')),
                ('created_at', models.DateTimeField()),
                ('looked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.AddIndex(
            model_name='badgeevent',
            index=models.Index(condition=models.Q(('verb__in', ('issue', 'reinstate'))), fields=['at'], name='badge_begins_to_count'),
        ),
        migrations.AddField(
            model_name='expertfound',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='expertsearch',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expert_searches', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expertfound',
            name='search',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='found', to='experts.expertsearch'),
        ),
        migrations.AddIndex(
            model_name='expertsearch',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='expert_search_due'),
        ),
        migrations.AddConstraint(
            model_name='expertsearch',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='expert_search_once'),
        ),
        migrations.AddConstraint(
            model_name='expertsearch',
            constraint=models.CheckConstraint(condition=models.Q(('cadence__in', ['now', 'daily', 'weekly', 'off'])), name='expert_search_cadence_known'),
        ),
        migrations.AddConstraint(
            model_name='expertfound',
            constraint=models.UniqueConstraint(fields=('search', 'expert'), name='expert_found_once'),
        ),
    ]
