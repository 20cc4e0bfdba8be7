"""A Chromium before the test server, and what it must not find there."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

WIDTHS = (1280, 390, 320)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def page(chromium: Browser, live_server) -> Iterator[Page]:
    """A page whose addresses are those of the test server; every complaint of it fails the test."""
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
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


def faults(page: Page) -> list[str]:
    """Return what axe and a ruler find wrong, in both schemes at three widths."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            where = f"{page.url} {scheme} {width}"
            found += [
                f"{where}: {rule['id']} {rule['nodes'][0]['html'][:120]}"
                for rule in Axe().run(page).response["violations"]
            ]
            root = "document.documentElement"
            if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                found.append(f"{where}: scrolls sideways")
    return found
