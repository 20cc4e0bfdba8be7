"""`manage.py reseal_secrets`: a new key stands first in SEALING_KEYS; see docs/running.md."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import second_factors, webhooks


class Command(BaseCommand):
    """Seals secrets of second factors and webhooks with the newest key; older ones can go."""

    help = "Seal the secrets of second factors and webhooks with the first of SEALING_KEYS."

    def handle(self, **_: Any) -> None:
        """Do it, beside live traffic; it may be run again."""
        count = second_factors.reseal() + webhooks.reseal()
        self.stdout.write(f"{count} secrets were sealed with the newest key.")
