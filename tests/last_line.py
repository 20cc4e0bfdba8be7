"""The plugin of `make drills-…` and `make journeys`: the last line says how many passed and failed.

Before it stands what each journey took.
"""

import os
from collections import Counter

import pytest

# Which drills these are, as the Makefile says.
NAME = os.environ.get("LAST_LINE", "drills")
_outcomes: Counter[str] = Counter()
_journeys: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each drill once, and a failure of its setting up as its own."""
    if report.failed:
        _outcomes["failed"] += 1
    elif report.when == "call" and report.passed:
        _outcomes["passed"] += 1
    if report.when == "call":
        name = report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        _journeys.extend(
            f"{name}: {cost}" for key, cost in report.user_properties if key == "journey"
        )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Speak after everything else has."""
    print(*_journeys, sep="\n")
    print(f"{NAME}: {_outcomes['passed']} passed, {_outcomes['failed']} failed", flush=True)
