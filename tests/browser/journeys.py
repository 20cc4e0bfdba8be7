"""Counts what a journey costs a person: pages, fields and clicks, against its budget.

The budgets are those of the design, section "Journey budgets": a journey that needs more is mended
in the product, and not here.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.browser.conftest import Person


@dataclass
class Cost:
    """What was counted, or what may be.

    A page is a document one has to do something on to get further, after the one where the journey
    begins. A field is one that was filled in or chosen, and to choose one is a click, too. A click
    is any press of a mouse.
    """

    pages: int = 0
    fields: int = 0
    clicks: int = 0

    def __str__(self) -> str:
        return f"{self.pages} pages, {self.fields} fields, {self.clicks} clicks"

    def exceeds(self, budget: "Cost") -> bool:
        """Whether anything is more than the budget has of it."""
        return (
            self.pages > budget.pages or self.fields > budget.fields or self.clicks > budget.clicks
        )


class Journey:
    """One person on their way; whatever they do is counted."""

    def __init__(self, person: Person) -> None:
        self.person, self.page, self.cost = person, person.page, Cost()
        # How many documents came so far, and the last one on which something was done.
        self.documents = self.done_on = 0
        self.page.on("domcontentloaded", self.count)

    def count(self, _: object) -> None:
        """Take note of a document."""
        self.documents += 1

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button or a link of the page's own part."""
        self.click(self.person.named(name))

    def click(self, what: Locator) -> None:
        """Press anything else."""
        self.arrive_at(what).click()
        self.cost.clicks += 1

    def fill(self, name: str, value: str) -> None:
        """Type into the field of this name, which one comes to by the tabulator."""
        self.fill_in(self.page.locator(f"[name='{name}']").first, value)

    def fill_in(self, what: Locator, value: str) -> None:
        """Type into a field, or take one of a list by the first letters of its value."""
        is_list = self.arrive_at(what).evaluate("field => field.tagName") == "SELECT"
        what.select_option(value) if is_list else what.fill(value)
        self.cost.fields += 1

    def choose(self, what: Locator) -> None:
        """Pick one of several, or tick a box, by its label."""
        if not self.arrive_at(what).is_checked():
            what.check(force=True)
            self.cost.fields += 1
            self.cost.clicks += 1

    def arrive_at(self, what: Locator) -> Locator:
        """Wait for something to act on; if it is on another document than the last, that counts."""
        what.wait_for(state="attached")
        self.page.wait_for_load_state("domcontentloaded")
        if self.documents != self.done_on:
            self.cost.pages += 1
            self.done_on = self.documents
        return what


@contextmanager
def counted(
    person: Person, budget: Cost, record: Callable[[str, object], None]
) -> Iterator[Journey]:
    """Count what the person does in the block, report it, and refuse more than the budget."""
    journey = Journey(person)
    yield journey
    person.page.remove_listener("domcontentloaded", journey.count)
    record("journey", f"{journey.cost} (at most {budget})")
    assert not journey.cost.exceeds(budget), f"{journey.cost}, at most {budget}"
    assert person.complaints == []
