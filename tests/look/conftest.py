"""A Chromium before the test server, and what it must not find there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page


@pytest.fixture
def page(chromium: Browser, live_server) -> Iterator[Page]:
    """A page whose addresses are those of the test server; every complaint of it fails the test.

    Nothing moves on it: axe would judge colours in the middle of their fade to the other scheme.
    """
    context = chromium.new_context(
        base_url=live_server.url.replace("127.0.0.1", "localhost"), reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether the browser says that something is wrong; that a page itself is a 404 is not."""
    own = said.page.url if said.page else ""
    return said.type == "error" and said.location["url"] != own
