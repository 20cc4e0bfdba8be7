"""`manage.py rebuild_search`: makes the search documents anew, or says which are wrong."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from experts.models import SearchDocument
from experts.services import search_documents, search_sets
from experts.services.search_documents import Progress


class Command(BaseCommand):
    """Rebuilds beside live traffic, or checks; the last line counts what was wrong."""

    help = "Make every expert's search document anew beside live traffic; --check only compares."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take `--check` and `--if-empty`."""
        parser.add_argument("--check", action="store_true", help="Compare and change nothing.")
        parser.add_argument("--if-empty", action="store_true", help="Only where there are none.")

    def handle(self, *, check: bool = False, if_empty: bool = False, **_: Any) -> None:
        """Walk over all experts; a check that finds a difference fails."""
        if if_empty and SearchDocument.objects.exists():
            return
        if check:
            found = search_documents.drifted(self.report)
            self.stdout.write(f"drift: {len(found)}")
            if found:
                raise CommandError(f"These experts differ from their documents: {found[:20]}")
            return
        changed = search_documents.rebuild(at=now(), report=self.report)
        search_sets.gather_if_due(at=now())
        self.stdout.write(f"search documents rebuilt: {changed} changed")

    def report(self, progress: Progress) -> None:
        """Print how far it has come, over the line before where there is a terminal."""
        self.stderr.write(
            f"{progress.seen} of {progress.of} experts, {progress.wrong} wrong", ending="\r"
        )
