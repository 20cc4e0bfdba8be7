"""What an entry proves as one number, which is compared before the arrays are."""

from pathlib import Path

from django.db import migrations, models

SIGNATURE = (Path(__file__).parent / "alert_entry_signature.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0022_request_ids")]
    unsafe_because = "The DELETE stands in the body of a function: no row is read or written here."

    operations = [
        migrations.RunSQL(
            SIGNATURE,
            state_operations=[
                migrations.AddField(
                    "alertentry", "signature", models.BigIntegerField(db_default=-1)
                ),
            ],
        ),
    ]
