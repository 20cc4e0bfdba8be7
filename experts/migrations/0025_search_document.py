"""One narrow row per public expert for the search; `prepare` fills it where it is empty."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


NARROW = (Path(__file__).parent / "narrow_documents.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0024_check_label'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('expert', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_document', serialize=False, to='experts.expert')),
                ('quality', models.PositiveIntegerField()),
                ('rate_minor', models.PositiveIntegerField()),
                ('hours_per_week', models.PositiveSmallIntegerField()),
                ('free_on', models.DateField()),
                ('scored_on', models.DateField()),
                ('zone', models.IntegerField()),
                ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('lexemes', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['lexemes'], name='search_lexemes'), models.Index(fields=['-quality', 'expert'], name='search_quality'), models.Index(fields=['rate_minor', 'expert'], name='search_rate'), models.Index(fields=['free_on', 'expert'], name='search_free')],
            },
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
