"""What a page costs its first visitor, counted on the wire."""

from typing import Any

from playwright.sync_api import Page

# ux.md section 6: limits for one page on a first visit.
MOST_BYTES = 75_000
MOST_REQUESTS = 8


class Weight:
    """Counts what a page costs a first visitor: the cache is off while it loads."""

    def __init__(self, page: Page) -> None:
        self.loader = ""
        self.sent: dict[str, tuple[str, str]] = {}
        self.bytes_of: dict[str, int] = {}
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", self.note)
        wire.on("Network.loadingFinished", self.count)

    def note(self, request: dict[str, Any]) -> None:
        """Remember which document asked for what; the last document is the page."""
        if request["type"] == "Document":
            self.loader = request["loaderId"]
        self.sent[request["requestId"]] = (request["loaderId"], request["request"]["url"])

    def count(self, finished: dict[str, Any]) -> None:
        """Weigh one answer, as it came over the wire."""
        self.bytes_of[finished["requestId"]] = int(finished["encodedDataLength"])

    @property
    def answers(self) -> list[tuple[str, int]]:
        """What the page itself asked for, with the bytes of each; the last page may still load.

        Pictures that the browser draws into its own fields have `data:` addresses.
        """
        return [
            (url, self.bytes_of[request])
            for request, (loader, url) in self.sent.items()
            if loader == self.loader and request in self.bytes_of and not url.startswith("data:")
        ]

    @property
    def is_light(self) -> bool:
        """Whether it keeps within what a page may ask for and weigh."""
        sizes = [size for _url, size in self.answers]
        return len(sizes) <= MOST_REQUESTS and sum(sizes) <= MOST_BYTES
