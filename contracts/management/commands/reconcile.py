"""`manage.py reconcile`: holds Stripe's book of our balance against ours, a day or all days due."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from contracts.models import Difference
from contracts.services import reconciliation


class Command(BaseCommand):
    """Names what the two books do not agree on, if anything, and then fails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day", type=date.fromisoformat, help="one day in UTC, as 2026-11-26; else all due"
        )

    def handle(self, *_args: Any, day: date | None, **_options: Any) -> None:
        at = now()
        days = [day] if day else reconciliation.days_to_do(at=at)
        movements = 0
        for one in days:
            movements += reconciliation.reconcile(one, at=at).movements
        reconciliation.compare_balance(at=at)
        open_ = Difference.objects.filter(status=Difference.Status.OPEN)
        for row in open_:
            self.stderr.write(f"{row.day} {row.get_kind_display()}: {row.about}")
        last = f"reconcile: {len(days)} days, {movements} movements, {len(open_)} differences"
        if open_:
            raise CommandError(last)
        self.stdout.write(last)
