"""`manage.py verify_audit`: recomputes every link of what people did."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEvent
from accounts.services import audit


class Command(BaseCommand):
    """Names what is broken, and then fails."""

    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        count, found = AuditEvent.objects.count(), audit.broken()
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"audit: {count} acts, {len(found)} chains broken")
        self.stdout.write(f"audit: {count} acts, 0 chains broken")
