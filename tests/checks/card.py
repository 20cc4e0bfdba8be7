"""The score card: what a run found of each check; written by runs, never by hand."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.checks.check import Check

CARD = Path(__file__).with_name("scorecard.json")
# What a run writes down of a test: how it ended, its seconds, its figures.
Ended = Mapping[str, Mapping[str, Any]]
# What the card says of a check.
Row = dict[str, Any]


def read() -> dict[str, Row]:
    """Return the card of the last runs, by the checks' ids."""
    found: dict[str, Row] = json.loads(CARD.read_text()) if CARD.exists() else {}
    return found


def write(rows: Mapping[str, Row]) -> None:
    """Keep a card."""
    CARD.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


def counts(check: Check, row: Row | None) -> bool:
    """Whether a check is armed and passing."""
    return bool(row and not check.left_out and row["is_passing"] and row["is_armed"])


def judge(check: Check, ended: Ended, caught: Mapping[str, bool]) -> Row:
    """Return what a run found of a check.

    :param caught: by the faults' names whether a test failed for each.
    """
    runs = {test: _of(test, ended) for test in check.named}
    is_passing = bool(runs) and all(map(_is_passed, runs.values()))
    planted = [caught.get(fault.name, False) for fault in check.faults]
    is_armed = all(planted) and (bool(planted) or (bool(check.controls) and is_passing))
    all_runs = [row for rows in runs.values() for row in rows]
    return {
        "is_passing": is_passing,
        "is_armed": is_armed,
        "tests": len(all_runs),
        "faults": f"{sum(planted)} of {len(planted)}" if planted else "in the test itself",
        "seconds": round(sum(row["seconds"] for row in all_runs)),
        "figures": [text for row in all_runs for text in row["figures"]],
    }


def _of(test: str, ended: Ended) -> list[Mapping[str, Any]]:
    """Return how a file or a test ended, with each of its parameters."""
    return [
        row
        for name, row in ended.items()
        if name == test or name.startswith((f"{test}::", f"{test}["))
    ]


def _is_passed(rows: Iterable[Mapping[str, Any]]) -> bool:
    outcomes = [row["outcome"] for row in rows]
    return "passed" in outcomes and "failed" not in outcomes
