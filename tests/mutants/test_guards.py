"""The list of guards is true: each stands once where it says, and its tests are there."""

from collections import Counter
from pathlib import Path

from tests.mutants.guards import GUARDS

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 25


def test_every_guard_stands_once_where_it_says():
    found = {guard.name: (ROOT / guard.file).read_text().count(guard.text) for guard in GUARDS}

    assert {name: count for name, count in found.items() if count != 1} == {}


def test_every_guard_names_tests_that_exist():
    named = {test.partition("::")[0] for guard in GUARDS for test in guard.tests}

    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_there_are_enough_of_them_and_no_name_twice():
    names = Counter(guard.name for guard in GUARDS)

    assert len(names) == len(GUARDS) >= FEWEST
