"""Lets the database refuse a badge of level 3 that fewer than two persons granted."""

from pathlib import Path

from django.db import migrations

LAY = (Path(__file__).parent / "two_grants.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER badge_two_grants ON experts_badge;
DROP FUNCTION experts_two_grants;
"""


class Migration(migrations.Migration):
    dependencies = [('experts', '0017_ties_and_conflicts')]

    operations = [
        migrations.RunSQL(LAY, LIFT),
    ]
