"""`manage.py load_catalogue`: skills, rubrics, models and surfaces, from the project's files."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from experts.services import catalogue


class Command(BaseCommand):
    """Loads the catalogue; running it again changes nothing."""

    help = "Load skills, rubrics, models and surfaces. Says what changes before it changes it."

    def handle(self, **_: Any) -> None:
        """Load every file, or none."""
        catalogue.load(at=now(), report=self.report)

    def report(self, difference: catalogue.Difference) -> None:
        """Print one line for each table."""
        self.stdout.write(
            f"{difference.noun}: {len(difference.added)} added, "
            f"{len(difference.changed)} changed, {difference.unchanged} unchanged"
        )
