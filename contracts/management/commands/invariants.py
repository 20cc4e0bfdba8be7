"""`manage.py invariants`: asks the books every question they must answer with "none"."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts import gateway, invariants


class Command(BaseCommand):
    """Names what is wrong with the money, if anything, and then fails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--offline",
            action="store_true",
            help="ask our own books only, and not what Stripe says our balance is",
        )

    def handle(self, *_args: Any, offline: bool, **_options: Any) -> None:
        found = invariants.violations()
        if not offline:
            theirs = gateway.provider().balance()
            found += invariants.differences({code: one.total for code, one in theirs.items()})
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"invariants: {len(found)} violated")
        self.stdout.write("invariants: 0 violated")
