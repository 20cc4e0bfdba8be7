"""`manage.py verify_ledger`: recomputes every hash, leg and balance of the ledger."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts import chains
from contracts.models import LedgerTransaction


class Command(BaseCommand):
    """Names what is broken, the first row first, and then fails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--witness",
            type=Path,
            metavar="FILE",
            help="compare with the heads kept in FILE, then keep those of today in it",
        )

    def handle(self, *_args: Any, witness: Path | None, **_options: Any) -> None:
        found = chains.broken()
        if witness and witness.exists():
            kept = json.loads(witness.read_text(encoding="utf-8"))
            found += chains.rewritten({key: chains.Head(**value) for key, value in kept.items()})
        count = LedgerTransaction.objects.count()
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"ledger: {count} postings, {len(found)} broken")
        if witness:
            heads = {key: asdict(head) for key, head in chains.heads().items()}
            witness.write_text(json.dumps(heads, indent=1), encoding="utf-8")
        self.stdout.write(f"ledger: {count} postings, 0 broken")
