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

    A page is a document one was shown after the first. A field is one that was filled in or
    chosen, and to choose one is a click, too. A click is any press of a mouse.
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

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button or a link of the page's own part."""
        self.person.press(name)
        self.cost.clicks += 1

    def click(self, what: Locator) -> None:
        """Press anything else."""
        what.click()
        self.cost.clicks += 1

    def fill(self, name: str, value: str) -> None:
        """Type into the field of this name, which one comes to by the tabulator."""
        self.page.locator(f"[name='{name}']").first.fill(value)
        self.cost.fields += 1

    def choose(self, what: Locator) -> None:
        """Pick one of several, or tick a box, by its label."""
        if not what.is_checked():
            what.check(force=True)
            self.cost.fields += 1
            self.cost.clicks += 1


@contextmanager
def counted(
    person: Person, budget: Cost, record: Callable[[str, object], None]
) -> Iterator[Journey]:
    """Count what the person does in the block, report it, and refuse more than the budget."""
    journey = Journey(person)

    def count(_: object) -> None:
        journey.cost.pages += 1

    person.page.on("domcontentloaded", count)
    yield journey
    person.page.wait_for_load_state("domcontentloaded")
    person.page.remove_listener("domcontentloaded", count)
    record("journey", f"{journey.cost} (at most {budget})")
    assert not journey.cost.exceeds(budget), f"{journey.cost}, at most {budget}"
    assert person.complaints == []
