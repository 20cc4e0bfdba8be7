"""A Chromium before the test server, and what it must not find there."""

from collections.abc import Iterable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests import axe

Screen = tuple[Literal["light", "dark"], int]
ALL: tuple[Screen, ...] = (
    *(("light", 1280), ("light", 390), ("light", 320)),
    *(("dark", 1280), ("dark", 390), ("dark", 320)),
)
# Each scheme and each width once: what a page adds to the components of the kit.
FEW: tuple[Screen, ...] = (("light", 1280), ("dark", 390), ("light", 320))


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


def faults(page: Page, screens: Iterable[Screen] = FEW) -> list[str]:
    """Return what axe and a ruler find wrong on these screens."""
    found = []
    for scheme, width in screens:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        where = f"{page.url} {scheme} {width}"
        found += [
            f"{where}: {rule['id']} {rule['nodes'][0]['html'][:120]}"
            for rule in axe.violations(page)
        ]
        root = "document.documentElement"
        if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            found.append(f"{where}: scrolls sideways")
    return found
