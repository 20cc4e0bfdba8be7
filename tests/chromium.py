"""The pytest plugin that finds Chromium, and says loudly when browser tests go without it."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HOW_TO_GET_IT = (
    "BROWSER TESTS SKIPPED ({count}): no Chromium here. Install it (on Debian `apt install "
    "chromium`), or name one in CHROMIUM=/path/to/chromium."
)
_skipped: list[str] = []


def chromium_path() -> str | None:
    """Return the browser's program: the one CHROMIUM names, or the first on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked `browser` where there is no browser."""
    if chromium_path():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip("no Chromium"))
            _skipped.append(item.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where nobody can miss it."""
    if _skipped:
        line = HOW_TO_GET_IT.format(count=len(_skipped))
        terminalreporter.write_line(line, yellow=True, bold=True)
