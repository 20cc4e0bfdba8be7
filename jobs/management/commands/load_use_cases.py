"""`manage.py load_use_cases`: write the templates of AI work into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.services import use_cases


class Command(BaseCommand):
    """Run it after `load_catalogue`, as often as you like."""

    help = "Load the use-case templates of jobs/catalogue/use_cases.json."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many there are."""
        try:
            count = use_cases.load()
        except use_cases.UnknownSkills as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} use cases are loaded.")
