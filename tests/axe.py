"""What is wrong with an open page on some screens: what axe finds there, and a sideways scroll."""

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = "options => axe.run(document, options).then(results => results.violations)"
Scheme = Literal["light", "dark"]
Screen = tuple[Scheme, int]
WIDE, HEIGHT = 1280, 900
# The schemes differ in their colours alone, so the second is asked about nothing else.
RULES: dict[Scheme, tuple[str, ...]] = {
    "light": (),
    "dark": ("color-contrast", "link-in-text-block"),
}
ALL: tuple[Screen, ...] = tuple((scheme, width) for width in (WIDE, 390, 320) for scheme in RULES)
# Each scheme and each width once.
FEW: tuple[Screen, ...] = (("light", WIDE), ("dark", 390), ("light", 320))


def faults(page: Page, screens: Iterable[Screen] = FEW) -> list[str]:
    """Return what is wrong with the open page, and leave it on a wide screen.

    The screen is as high as the page: to axe a button that scrolls behind a bar is a small target.
    """
    found = []
    for scheme, width in screens:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(HEIGHT, height)})
        page.emulate_media(color_scheme=scheme)
        where = f"{page.url}, {scheme}, {width} px"
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{where}: scrolls sideways")
        found += [
            f"{where}: {broken['id']} {broken['nodes'][0]['target']}"
            for broken in violations(page, *RULES[scheme])
        ]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return found


def violations(page: Page, *rules: str) -> list[Any]:
    """Return what breaks the rules of accessibility on the open page; of these rules, if named.

    Its half a megabyte of script is brought there once.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found: list[Any] = page.evaluate(RUN, {"resultTypes": ["violations"], "runOnly": only})
    return found
