"""`manage.py distrust_key`: a private key of ours was stolen; see docs/credentials.md."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from experts.services import credentials


class Command(BaseCommand):
    """Takes a key out of the did document and issues anew what it signed."""

    help = "Publish a signing key no more, and issue every badge it signed anew."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the key's name."""
        parser.add_argument("name", help="As it stands in CREDENTIAL_KEYS.")

    def handle(self, *, name: str, **_: Any) -> None:
        """Distrust it, or say why not."""
        try:
            count = credentials.distrust(name, at=now())
        except credentials.KeyIsInUse as refusal:
            raise CommandError(str(refusal)) from None
        except LookupError:
            raise CommandError(f"No badge was ever signed with {name}.") from None
        self.stdout.write(f"{name} is distrusted; {count} badges were issued anew.")
