"""Says once what an alert lets pass, for matching and for counting."""

from pathlib import Path

from django.db import migrations

PASSES = (Path(__file__).parent / "alert_passes.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0017_alert_entry_words")]

    operations = [migrations.RunSQL(PASSES, migrations.RunSQL.noop)]
