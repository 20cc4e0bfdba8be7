"""The ledger of ASVS is whole, and what it names is there."""

import json
from pathlib import Path

import pytest

from tests.asvs import LEDGER, State
from tests.named import missing_tests

STANDARD = Path(__file__).parents[2] / "shared" / "data" / "owasp-asvs-5.0.json"


def test_every_requirement_of_levels_1_and_2_has_its_line():
    if not STANDARD.is_file():
        pytest.skip("the standard is not beside this checkout")
    rows = json.loads(STANDARD.read_text())["requirements"]

    wanted = [row["req_id"] for row in rows if str(row["L"]) in {"1", "2"}]

    assert [row.id for row in LEDGER] == wanted


def test_no_line_is_there_twice():
    assert len({row.id for row in LEDGER}) == len(LEDGER) == 253


def test_all_that_apply_are_met_and_three_of_four_shown_by_tests():
    applies = [row for row in LEDGER if row.state != State.ABSENT]

    assert [row.id for row in applies if row.state == State.MISSING] == []
    assert sum(row.state == State.SHOWN for row in applies) >= 0.75 * len(applies)


def test_what_is_shown_names_tests_that_exist():
    shown = [row for row in LEDGER if row.state == State.SHOWN]

    assert [row.id for row in shown if not row.tests] == []
    assert missing_tests({test for row in shown for test in row.tests}) == []
