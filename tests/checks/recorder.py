"""The pytest plugin that writes down how each test ended, into the file CHECKS_RECORD names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

RECORD = "CHECKS_RECORD"
# Each test: how it ended, in how many seconds, and the figures it noted.
_ended: dict[str, dict[str, Any]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst of setting up, running and tearing down."""
    row = _ended.setdefault(report.nodeid, {"outcome": "skipped", "seconds": 0.0, "figures": []})
    row["seconds"] += report.duration
    if report.failed:
        row["outcome"] = "failed"
    elif report.when == "call" and report.passed and row["outcome"] != "failed":
        row["outcome"] = "passed"
    if report.when == "call":
        row["figures"] += [text for name, text in report.user_properties if name == "figure"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write, in the one process that hears of every test."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ[RECORD]).write_text(json.dumps(_ended))
