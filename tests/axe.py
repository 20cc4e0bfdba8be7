"""What axe finds on a page; its half a megabyte of script is brought there once."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = "options => axe.run(document, options).then(results => results.violations)"


def violations(page: Page, *rules: str) -> list[Any]:
    """Return what breaks the rules of accessibility on the open page; of these rules, if named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found: list[Any] = page.evaluate(RUN, {"resultTypes": ["violations"], "runOnly": only})
    return found
