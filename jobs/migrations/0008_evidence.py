"""Lays evidence beside a proposal, and keeps its note as others are compared with it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0025_search_document'),
        ('jobs', '0007_reports_are_flags'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='ai_use',
            field=models.CharField(blank=True, choices=[('none', 'I wrote it without AI'), ('helped', 'AI helped me to draft it'), ('generated', 'AI wrote it and I checked it')], max_length=12),
        ),
        migrations.AddField(
            model_name='proposal',
            name='alike_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alike', to='jobs.proposal'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='shown_badges',
            field=models.ManyToManyField(blank=True, related_name='+', to='experts.badge'),
        ),
        migrations.CreateModel(
            name='MustAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='how you cover it')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='must_answers', to='jobs.proposal')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.skill')),
            ],
            options={
                'ordering': ('skill__position',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'skill'), name='must_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='SentNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passages', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sent_note', to='jobs.proposal')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['passages'], name='sent_note_passages')],
            },
        ),
    ]
