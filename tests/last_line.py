"""The plugin of the `make drills-…` targets: the last line says how many passed and failed."""

import os
from collections import Counter

import pytest

# Which drills these are, as the Makefile says.
NAME = os.environ.get("DRILLS", "all")
_outcomes: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each drill once, and a failure of its setting up as its own."""
    if report.failed:
        _outcomes["failed"] += 1
    elif report.when == "call" and report.passed:
        _outcomes["passed"] += 1


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Speak after everything else has."""
    print(f"{NAME} drills: {_outcomes['passed']} passed, {_outcomes['failed']} failed", flush=True)
