"""Two indexes of the alert entries, of those without a filter and of the others, and no third.

Most have no filter. An index of them alone holds no column that may be nothing, so that each row
of it is smaller and read in half the time.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

BATCH = 10_000
ASKS_NOTHING = Q(
    wanted=None, words=None, least_budget_minor=None, least_score=None, cadence=None
)
FIXED = ("expert", "zone", "signature", "proven")
SIGN = """
UPDATE jobs_alertentry SET signature = jobs_alert_signature(proven)
WHERE id IN (SELECT id FROM jobs_alertentry WHERE signature = -1 LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def sign(apps, schema_editor):
    """Sign the entries that were there before, so many at a time."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SIGN, [BATCH])
        while cursor.rowcount:
            cursor.execute(SIGN, [BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0023_alert_entry_signature")]

    operations = [
        migrations.RunPython(sign, migrations.RunPython.noop, atomic=False),
        AddIndexConcurrently(
            "alertentry",
            models.Index(
                fields=("skill", "level", "rate_minor"),
                include=FIXED,
                condition=ASKS_NOTHING,
                name="alert_entry_open",
            ),
        ),
        AddIndexConcurrently(
            "alertentry",
            models.Index(
                fields=("skill", "level", "rate_minor"),
                include=(
                    *FIXED,
                    *("wanted", "words", "least_budget_minor", "least_score", "cadence"),
                ),
                condition=~ASKS_NOTHING,
                name="alert_entry_choosy",
            ),
        ),
        RemoveIndexConcurrently("alertentry", "alert_entry_by_skill"),
    ]
