"""docs/faults.md names 48 faults, each with tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "faults.md").read_text()
ROW = re.compile(r"^\| (\d+) \| .* \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_row_is_held_by_tests_that_exist():
    rows = ROW.finditer(PAGE)
    held = {int(row[1]): NAMED.findall(row[0]) for row in rows}

    assert sorted(held) == list(range(1, 49))
    assert [number for number, tests in held.items() if not tests] == []
    missing = [
        f"{file}::{name}"
        for tests in held.values()
        for file, name in tests
        if f"def {name}(" not in (TESTS / file).read_text()
    ]
    assert missing == []
