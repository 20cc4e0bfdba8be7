"""The registry is whole: 97 checks, with tests that exist and faults that can be planted."""

from collections import Counter
from pathlib import Path

from tests.checks import CHECKS
from tests.named import missing_tests

ROOT = Path(__file__).parents[1]
LETTERS = dict(zip("AITUWLFDBSCO", (8, 10, 12, 6, 4, 9, 10, 10, 13, 6, 4, 6), strict=True))


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
    named = {test for check in CHECKS for test in check.named}
    named |= {test for check in CHECKS for fault in check.faults for test in fault.tests}

    assert missing_tests(named) == []


def test_each_fault_can_be_planted_in_one_place():
    faults = {fault.name: fault for check in CHECKS for fault in check.faults}
    found = {name: (ROOT / row.file).read_text().count(row.text) for name, row in faults.items()}

    assert {name: count for name, count in found.items() if count != 1} == {}
    every = Counter(fault for check in CHECKS for fault in check.faults)
    assert len({fault.name for fault in every}) == len(every)
