"""The registry is whole: 97 checks, with tests that exist and faults that can be planted."""

import ast
from collections import Counter
from pathlib import Path

from tests.checks import CHECKS

ROOT = Path(__file__).parents[1]
LETTERS = dict(zip("AITUWLFDBSCO", (8, 10, 12, 6, 4, 9, 10, 10, 13, 6, 4, 6), strict=True))


def functions_of(file: str) -> set[str]:
    found = ast.walk(ast.parse((ROOT / file).read_text()))
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def test_there_are_97_of_them_in_their_order():
    wanted = [
        f"{letter}-{number:02}" for letter, most in LETTERS.items() for number in range(1, most + 1)
    ]

    # B begins with 2: what B-01 was, I-01 became.
    assert sorted(check.id for check in CHECKS) == sorted(set(wanted) - {"B-01"})
    assert len(CHECKS) == 97


def test_each_says_what_shows_it_and_what_arms_it_or_why_not():
    for check in CHECKS:
        assert check.priority in {"P0", "P1", "P2"}, check.id
        is_shown = bool(check.tests or check.controls) and bool(check.faults or check.controls)
        assert is_shown != bool(check.left_out), check.id


def test_the_tests_exist():
    named = {tuple(test.split("::")) for check in CHECKS for test in check.named}
    named |= {tuple(t.split("::")) for check in CHECKS for f in check.faults for t in f.tests}
    files = {file for file, *_ in named}

    assert [file for file in sorted(files) if not (ROOT / file).is_file()] == []
    known = {file: functions_of(file) for file in files}
    missing = [
        (file, *name)
        for file, *name in named
        if name and name[0].partition("[")[0] not in known[file]
    ]
    assert missing == []


def test_each_fault_can_be_planted_in_one_place():
    faults = {fault.name: fault for check in CHECKS for fault in check.faults}
    found = {name: (ROOT / row.file).read_text().count(row.text) for name, row in faults.items()}

    assert {name: count for name, count in found.items() if count != 1} == {}
    every = Counter(fault for check in CHECKS for fault in check.faults)
    assert len({fault.name for fault in every}) == len(every)
