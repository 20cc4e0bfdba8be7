"""`manage.py load_catalogue`: skills, rubrics, models and surfaces, from the project's files."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.timezone import now

from experts.services import catalogue


class Command(BaseCommand):
    """Loads the catalogue; running it again changes nothing."""

    help = "Load skills, rubrics, models and surfaces. Says what changes before it changes it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take `--preview`."""
        parser.add_argument("--preview", action="store_true", help="Say it and change nothing.")

    @transaction.atomic
    def handle(self, *, preview: bool = False, **_: Any) -> None:
        """Load every file, or none."""
        catalogue.load(at=now(), report=self.report)
        if preview:
            transaction.set_rollback(True)
            self.stdout.write("This was a preview; nothing was changed.")

    def report(self, difference: catalogue.Difference) -> None:
        """Print a line for the table and one for each row that changes."""
        self.stdout.write(
            f"{difference.noun}: {len(difference.added)} added, "
            f"{len(difference.changed)} changed, {difference.unchanged} unchanged"
        )
        for change in difference.changed:
            columns = (f"{name} {was} -> {new}" for name, (was, new) in change.columns.items())
            self.stdout.write(f"  {change.name}: {'; '.join(columns)}")
