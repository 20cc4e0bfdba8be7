"""The plugin of `make drills-vetting`: its last line says how many drills passed and failed."""

from collections import Counter

import pytest

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
    print(f"vetting drills: {_outcomes['passed']} passed, {_outcomes['failed']} failed", flush=True)
