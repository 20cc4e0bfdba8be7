"""How many pages and clicks the two journeys of money take: the budgets of the design, counted.

The walker opens a page only by a link or a form that the page before shows, so a journey that grows
a step here has grown it for everybody.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from contracts.models import Milestone, Offer
from contracts.services import funding, offers
from tests import factories
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages, as it is for Stripe."""
    for page in ("contracts", "milestones", "offers"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: NOON)


@dataclass
class Form:
    """What a form sends when nobody changes it, and the boxes that are left to tick."""

    action: str
    filled: dict[str, str] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)

    def take(self, given: dict[str, str]) -> None:
        """Add a field as it stands."""
        name, kind = given.get("name", ""), given.get("type")
        if kind == "checkbox" and "checked" not in given:
            self.boxes.append(name)
        elif kind != "radio" or "checked" in given:
            self.filled[name] = given.get("value", "")


class Page(HTMLParser):
    """The links and forms of a page, by what is written on them; of two alike the first."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.forms: dict[str, Form] = {}
        self._form, self._href, self._text, self._name = Form(""), "", "", ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
        elif tag == "input":
            self._form.take(given)
        elif tag == "option" and "selected" in given:
            self._form.filled[self._name] = given["value"]
        elif tag in {"a", "button", "textarea"}:
            self._text, self._href = "", given.get("href", "")
        if tag in {"select", "textarea"}:
            self._name = given.get("name", "")

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        text = " ".join(self._text.split())
        if tag == "a":
            self.links.setdefault(text, self._href)
        elif tag == "button":
            self.forms[text] = self._form
        elif tag == "textarea":
            self._form.filled[self._name] = text
        elif tag == "form":
            self._form = Form("")


@dataclass
class Walk:
    """A person who counts."""

    client: Client
    pages: int = 0
    clicks: int = 0
    ticks: int = 0
    here: str = ""
    page: Page = field(default_factory=lambda: Page(""))

    def open(self, address: str) -> None:
        """Arrive at a page, by a link in a mail or from the page before."""
        self.here = address
        self.page = Page(self.client.get(address).content.decode())
        self.pages += 1

    def follow(self, words: str) -> None:
        """Click a link."""
        self.clicks += 1
        self.open(next(href for text, href in self.page.links.items() if words in text))

    def press(self, words: str) -> str:
        """Tick what has to be ticked and press a button; return where it leads."""
        form = next(form for text, form in self.page.forms.items() if words in text)
        self.ticks += len(form.boxes)
        self.clicks += 1
        ticked = dict.fromkeys(form.boxes, "on")
        answer = self.client.post(form.action or self.here, form.filled | ticked)
        assert answer.status_code in {302, 303}, answer.content.decode()[:2000]
        return str(answer["Location"])


@pytest.fixture
def walk(client, acme) -> Walk:
    client.force_login(acme)
    return Walk(client)


def test_from_submitted_to_approved_in_two_pages_two_clicks_and_a_tick(walk, submission):
    walk.open(f"/contracts/{submission.milestone.contract.public_id}/")
    walk.follow("Approve and release $3,000.00")
    walk.press("Release $3,000.00")

    assert Milestone.objects.get(pk=submission.milestone_id).status == "released"
    assert (walk.pages, walk.clicks, walk.ticks) == (2, 2, 1)


def test_from_the_proposals_to_a_funded_contract_in_four_pages(
    walk, stripe, proposal, ada, monkeypatch
):
    other = factories.proposal(proposal.job, factories.expert(factories.user("Other")))
    compared = f"p={proposal.public_id}&p={other.public_id}"
    walk.open(f"/client/jobs/{proposal.job.public_id}/compare/?{compared}")
    walk.follow("Make an offer")
    walk.press("Send offer")
    contract = offers.accept(Offer.objects.get(), by=ada, at=NOON)

    walk.open(f"/contracts/{contract.public_id}/")
    paying = walk.press("Fund milestone 1, $3,000.00")
    # The fourth page is Stripe's; its one button pays.
    payment = contract.milestones.get(position=1).payments.get()
    assert paying == payment.session_url
    walk.pages, walk.clicks = walk.pages + 1, walk.clicks + 1
    stripe.pay(payment.session_id)
    funding.sync(payment, at=NOON)

    assert contract.milestones.get(position=1).status == "funded"
    assert walk.pages == 4
    assert walk.clicks <= 7
