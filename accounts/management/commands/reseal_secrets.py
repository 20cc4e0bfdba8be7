"""`manage.py reseal_secrets`: a new key stands first in SEALING_KEYS; see docs/running.md."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import second_factors


class Command(BaseCommand):
    """Seals the secrets of second factors with the newest key, so that older ones can go."""

    help = "Seal the secrets of second factors with the first of SEALING_KEYS."

    def handle(self, **_: Any) -> None:
        """Do it, beside live traffic; it may be run again."""
        self.stdout.write(f"{second_factors.reseal()} secrets were sealed with the newest key.")
