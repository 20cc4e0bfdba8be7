"""The words of an alert as a text query and not as its text, which each match would read anew."""

from pathlib import Path

from django.contrib.postgres.search import SearchQueryField
from django.db import migrations

WORDS = (Path(__file__).parent / "alert_entry_words.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0016_english_names")]

    operations = [
        migrations.RunSQL(
            WORDS,
            state_operations=[
                migrations.AlterField("alertentry", "words", SearchQueryField(null=True)),
            ],
        ),
    ]
