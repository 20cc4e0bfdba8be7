"""`manage.py maintenance on --minutes 20`, and `off`: see docs/runbooks/deploy.md."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from marketplace import maintenance


class Command(BaseCommand):
    """Closes the site to everyone but our staff, and opens it; money goes on meanwhile."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off"])
        parser.add_argument("--minutes", type=int, default=20, help="what people are told")

    def handle(self, *_args: Any, state: str, minutes: int, **_options: Any) -> None:
        if state == "off":
            maintenance.end()
            self.stdout.write("The site is open.")
            return
        until = now() + timedelta(minutes=minutes)
        maintenance.begin(until=until)
        self.stdout.write(f"Only our staff see the site; the others are told {until:%H:%M} UTC.")
