"""Runs every drill and check, plants every fault, and counts; `make drills`.

The last line is `checks armed and passing: N of 97`. With ids for arguments (`A-03 L-01`) only
these are run, and the rest of the card stays as the runs before left it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from tests.checks import CHECKS, card
from tests.checks.check import Check
from tests.checks.recorder import RECORD
from tests.mutants.guards import Guard
from tests.mutants.trial import trial

DRILLS = ("-m", "drills")
TWO_AT_A_TIME = ("-m", "not drills and not bench", "-n2")
EVERYTHING = ("-m", "", "-n0")


def main(ids: Collection[str]) -> int:
    """Run, write the card, say each check's state and last how many count."""
    chosen = [check for check in CHECKS if not ids or check.id in ids]
    tests = sorted({test for check in chosen for test in check.named})
    ended = _ran(*EVERYTHING, *tests) if ids else _ran(*DRILLS) | _ran(*TWO_AT_A_TIME, *tests)
    caught = _caught({fault.name: fault for check in chosen for fault in check.faults}.values())
    rows = card.read() | {
        check.id: card.judge(check, ended, caught) for check in chosen if not check.left_out
    }
    kept = {check.id: rows[check.id] for check in CHECKS if check.id in rows and not check.left_out}
    card.write(kept)
    failed = [name for name, row in ended.items() if row["outcome"] == "failed"]
    print(*(f"failed: {name}" for name in failed), sep="\n")
    print(*map(_said, chosen), sep="\n")
    number = sum(card.counts(check, kept.get(check.id)) for check in CHECKS)
    print(f"checks armed and passing: {number} of {len(CHECKS)}", flush=True)
    return 1 if failed or not all(caught.values()) else 0


def _ran(*arguments: str) -> dict[str, dict[str, object]]:
    """Run tests and return how each ended."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        command = [sys.executable, "-m", "pytest", "-p", "tests.checks.recorder", *arguments]
        subprocess.run(command, env=os.environ | {RECORD: str(record)}, check=False)
        found: dict[str, dict[str, object]] = json.loads(record.read_text())
    return found


def _caught(faults: Iterable[Guard]) -> dict[str, bool]:
    """Plant each fault in a copy; return by its name whether a test of its own failed."""
    planted = list(faults)
    if not planted:
        return {}
    with trial() as bench:
        if not bench.passes_whole(planted):
            print("checks: the tests of the faults fail with no fault planted; none arms anything")
            return dict.fromkeys((fault.name for fault in planted), False)
        return dict(zip((f.name for f in planted), bench.catches(planted), strict=True))


def _said(check: Check) -> str:
    row = card.read().get(check.id)
    if card.counts(check, row):
        state = "armed and passing"
    elif row is None:
        state = f"left out: {check.left_out}"
    else:
        state = "not armed" if row["is_passing"] else "FAILING"
    return f"{check.id} {check.priority}  {state}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
