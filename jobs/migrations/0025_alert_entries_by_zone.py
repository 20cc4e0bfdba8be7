"""The zone goes before the rate in the two indexes of the alert entries.

A job that wants hours in common read the entries of all zones, and threw most of them away.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

ASKS_NOTHING = Q(
    wanted=None, words=None, least_budget_minor=None, least_score=None, cadence=None
)
IN_ORDER = ("skill", "level", "zone", "rate_minor")
FIXED = ("expert", "signature", "proven")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0024_alert_entries_in_two_indexes")]

    operations = [
        AddIndexConcurrently(
            "alertentry",
            models.Index(
                fields=IN_ORDER,
                include=FIXED,
                condition=ASKS_NOTHING,
                name="alert_entry_open_in_zone",
            ),
        ),
        AddIndexConcurrently(
            "alertentry",
            models.Index(
                fields=IN_ORDER,
                include=(
                    *FIXED,
                    *("wanted", "words", "least_budget_minor", "least_score", "cadence"),
                ),
                condition=~ASKS_NOTHING,
                name="alert_entry_choosy_in_zone",
            ),
        ),
        RemoveIndexConcurrently("alertentry", "alert_entry_open"),
        RemoveIndexConcurrently("alertentry", "alert_entry_choosy"),
    ]
