"""Brings a database up to date with this code; every start and every deployment runs it first."""

import gc
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from marketplace.migrating import patiently

# Allocations between two looks for garbage. Migrating builds all models again for each step, which
# makes much that stays: Python's own 700 spends a quarter of the time looking at it.
RARELY = 200_000


class Command(BaseCommand):
    help = "Migrate, collect static files, load the catalogue, fill an empty search."

    def handle(self, *_: Any, **__: Any) -> None:
        """Run them all; each changes nothing when nothing is new."""
        gc.set_threshold(RARELY, 50, 50)
        # What was migrated before a lock could not be had stays so; the next try goes on.
        patiently(lambda: call_command("migrate", interactive=False))
        if settings.STATIC_MANIFEST:
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_catalogue")
        call_command("load_use_cases")
        call_command("rebuild_search", if_empty=True)
