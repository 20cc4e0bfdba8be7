"""Prints docs/reliability.md from the checks and the score card of the last runs."""

from collections.abc import Iterator
from itertools import groupby

from tests.checks import CHECKS, card
from tests.checks.check import Check

HEAD = """# Security and reliability: 97 checks, and what shows each

`make drills` runs every drill and every test named here, plants each fault in a copy of the code,
and writes `tests/checks/scorecard.json`; this page is made from that card and from `tests/checks/`
by `make docs`. A check **counts** when its tests passed and every fault planted for it made one of
them fail: a test that nothing can turn red shows nothing. P0 blocks a merge, P1 a release, P2 is
kept in sight. `make drills ARGS="A-03 L-01"` runs some of them."""
LETTERS = {
    "A": "Who may do what",
    "I": "Who one is",
    "T": "Hostile requests, input and output",
    "U": "Uploads and private files",
    "W": "Webhooks",
    "L": "The ledger, races, rules of business",
    "F": "Faults of machines",
    "D": "Safety of data, privacy",
    "B": "Abuse",
    "S": "The code and what it is made of",
    "C": "Configuration",
    "O": "Operation",
}


def main() -> None:
    """Print the page."""
    print("\n".join(_lines()))


def _lines() -> Iterator[str]:
    rows = card.read()
    counted = [check for check in CHECKS if card.counts(check, rows.get(check.id))]
    urgent = [check for check in CHECKS if check.priority == "P0"]
    yield HEAD
    yield ""
    yield (
        f"**Armed and passing: {len(counted)} of {len(CHECKS)}**, of the {len(urgent)} of P0"
        f" {sum(check.priority == 'P0' for check in counted)}."
    )
    for letter, checks in groupby(CHECKS, lambda check: check.id[0]):
        yield from ("", f"## {letter}. {LETTERS[letter]}", "")
        yield "| | | What it shows | Shown by | Counts |"
        yield "|---|---|---|---|---|"
        for check in checks:
            yield _row(check, rows.get(check.id))


def _row(check: Check, row: card.Row | None) -> str:
    shows = check.shows + (f" *Not yet: {check.narrower}*" if check.narrower else "")
    tests = ", ".join(f"`{test.removeprefix('tests/')}`" for test in check.named)
    return f"| {check.id} | {check.priority} | {shows} | {tests} | {_state(check, row)} |"


def _state(check: Check, row: card.Row | None) -> str:
    if check.left_out:
        return f"no: {check.left_out}"
    if row is None:
        return "no: not run yet"
    said = "; ".join(
        (f"{row['tests']} tests", f"{row['faults']} faults found", *row["figures"])
        if check.faults
        else (f"{row['tests']} tests", "plants its faults itself", *row["figures"])
    )
    if card.counts(check, row):
        return f"yes: {said}"
    return f"no, {'a fault is missed' if row['is_passing'] else 'a test fails'}: {said}"


if __name__ == "__main__":
    main()
