"""The pytest plugin that starts Chromium once for all, and says loudly when tests go without it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

# The one that cannot open a window comes first: it draws the same pages for half the work.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome-stable", "google-chrome"),
)
HOW_TO_GET_IT = (
    "BROWSER TESTS SKIPPED ({count}): no Chromium here. Install it (on Debian `apt install "
    "chromium-headless-shell`), or name one in CHROMIUM=/path/to/chromium."
)
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all browser tests: a process can hold no second one."""
    # It keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(QUIET))
    yield browser
    browser.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where nobody can miss it."""
    if _skipped:
        line = HOW_TO_GET_IT.format(count=len(_skipped))
        terminalreporter.write_line(line, yellow=True, bold=True)
