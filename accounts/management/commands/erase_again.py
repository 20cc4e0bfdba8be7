"""Erases those anew whom an older database has brought back: `manage.py erase_again tombstones`.

The tombstones are kept apart from the backups: the log lines `person.erased` since the backup, or
public ids, one a line; nothing else is known of anybody by then.
"""

import json
from argparse import ArgumentParser, FileType
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import erasures
from marketplace.kit.clock import now


class Command(BaseCommand):
    """Run after a restore and before the site is opened; it may run again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tombstones", type=FileType(encoding="utf-8"), help="a file, or - ")

    def handle(self, *args: Any, **options: Any) -> None:
        erased, held = erasures.again(ids_in(options["tombstones"]), at=now())
        if held:
            raise CommandError(f"erased again: {erased}; something holds {', '.join(held)}")
        self.stdout.write(f"erased again: {erased}")


def ids_in(lines: Iterable[str]) -> Iterator[str]:
    """Yield the public ids of lines of the log, and of lines that are nothing but one."""
    for line in map(str.strip, lines):
        if not line.startswith("{"):
            yield line
        elif (said := json.loads(line)).get("event") == "person.erased":
            yield said["person"]
