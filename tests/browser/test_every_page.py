"""Every page one can reach by links, as everyone who can reach it: accessible, light and lawful.

The crawl follows one link for each address pattern, so a new page is tested once it is linked to.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Page, Response

from tests import axe
from tests.browser.conftest import Person
from tests.weight import Weight

pytestmark = pytest.mark.browser

# Whatever a page shows, its rows are fetched together; the fullest need some thirty statements.
MOST_STATEMENTS = 45
START = {
    None: [
        "/",
        "/kit/",
        "/dev/mail/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/api/",
        "/rules/",
        "/rules/report/",
        "/post/",
    ],
    "client@attest.example": [
        *("/home/", "/start/", "/client/jobs/", "/contracts/", "/post/"),
        reverse("experts:searches") + "?skill=rag",
        *("/spend/", "/spend/statements/", "/documents/", "/settings/billing/", "/messages/"),
    ],
    "expert@attest.example": [
        *("/home/", reverse("jobs:matches"), reverse("jobs:chances"), "/profile/", "/proposals/"),
        *("/earnings/", "/earnings/statements/", reverse("jobs:alerts")),
    ],
    "reviewer@attest.example": ["/admin/vetting/"],
    "disputes@attest.example": ["/admin/disputes/", "/disputes/decisions/"],
    "admin@attest.example": [
        *("/admin/payments/", "/admin/chargebacks/", "/admin/clawbacks/"),
        *("/admin/differences/", "/admin/registry/", "/admin/mails/", "/admin/links/"),
        *("/admin/health/", "/admin/flags/", "/admin/jobs-in-review/", "/admin/sanctions/"),
    ],
}
# Django's own record pages keep Django's look; signing out ends the crawl; a file is no page.
DESKS = (
    "vetting|registry|mails|health|flags|sanctions|disputes|payments|chargebacks|clawbacks"
    "|differences|jobs-in-review|links"
)
NOT_OURS = re.compile(rf"^admin:(?!({DESKS}):)|^account_logout$|^openapi$|file$")
A_FILE = re.compile(r"\.[a-z]{2,4}$")


# The first pages every time; whatever they lead to takes minutes, and is a drill.
@pytest.mark.parametrize("follows", [False, pytest.param(True, marks=pytest.mark.drills)])
@pytest.mark.parametrize("email", START, ids=lambda email: email or "visitor")
def test_pages(person, email, follows):
    someone = seated(person, email)
    found = []
    for page in crawl(someone, START[email], follows=follows):
        found += axe.faults(page, axe.ALL if follows else axe.FEW)
    found += [f"console: {complaint}" for complaint in someone.complaints]

    assert found == [], "\n".join(found)


SIDES = """
    SELECT d.public_id, client.email, expert.email FROM contracts_dispute d
      JOIN contracts_milestone m ON m.id = d.milestone_id
      JOIN contracts_contract c ON c.id = m.contract_id
      JOIN accounts_membership s ON s.organisation_id = c.organisation_id AND s.role = 'owner'
      JOIN accounts_user client ON client.id = s.user_id
      JOIN experts_expert e ON e.id = c.expert_id JOIN accounts_user expert ON expert.id = e.user_id
"""


@pytest.mark.drills
def test_a_dispute_in_every_state_as_both_sides(person, site):
    """The crawl sees one dispute; what its page leads to depends on how far it has come."""
    found = []
    for dispute, *sides in site.sql(SIDES):
        for email in sides:
            someone = seated(person, email)
            someone.go(address := f"/disputes/{dispute}/")
            inside = [link for link in links_on(someone.page) if link.startswith(address)]
            for path in {address, *inside}:
                someone.go(path)
                found += axe.faults(someone.page, axe.ALL)
            found += [f"{email}, console: {complaint}" for complaint in someone.complaints]

    assert found == [], "\n".join(found)


def seated(person: Callable[..., Person], email: str | None) -> Person:
    """Seat somebody who is signed in, if they have an address.

    Nothing moves on their pages: axe would judge colours in the middle of their fade to the other
    scheme.
    """
    wide = {"width": axe.WIDE, "height": axe.HEIGHT}
    someone = person(email or "", viewport=wide)
    if email:
        sign_in(someone)
    return someone


def sign_in(someone: Person) -> None:
    someone.go("/accounts/login/")
    someone.page.locator("[name=login]").fill(someone.email)
    someone.page.locator("[name=password]").fill("attest-demo")
    someone.press("Sign in")
    someone.page.wait_for_url("**/home/")


def crawl(someone: Person, start: list[str], *, follows: bool) -> Iterator[Page]:
    """Open one page of each address pattern that links lead to."""
    waiting, seen = deque(start), set()
    while waiting:
        path = waiting.popleft()
        name = name_of(path)
        if name is None or name in seen:
            continue
        seen.add(name)
        measured = Weight(someone.page)
        statements = statements_of(someone.go(path))
        # Whoever looks at the page takes longer than what it still loads.
        yield someone.page
        assert statements <= MOST_STATEMENTS, f"{path}: {statements} statements"
        assert measured.is_light, f"{path}: {measured.answers}"
        if follows:
            waiting.extend(links_on(someone.page))


def looks_right(someone: Person) -> None:
    """Load the page a journey has come to as a first visitor does, and see that it is light."""
    measured = Weight(someone.page)
    answer = someone.page.reload()
    assert answer
    path = urlsplit(someone.page.url).path
    assert statements_of(answer) <= MOST_STATEMENTS, path
    if someone.is_critical:
        assert axe.faults(someone.page) == []
    assert measured.is_light, f"{path}: {measured.answers}"


def statements_of(answer: Response) -> int:
    """Return how many statements the page took, as development says it in a header."""
    said = re.search(r'db;desc="(\d+) statements"', answer.headers["server-timing"])
    assert said
    return int(said[1])


def name_of(path: str) -> str | None:
    """Return the name of our page at this address, if it is one."""
    if A_FILE.search(urlsplit(path).path):
        return None
    try:
        name = resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None
    return None if NOT_OURS.search(name) else name


def links_on(page: Page) -> list[str]:
    """Return the addresses on this site that a page links to."""
    here = page.url
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    whole = {urldefrag(urljoin(here, href)).url for href in hrefs}
    ours = f"{urlsplit(here).scheme}://{urlsplit(here).netloc}"
    return sorted(link.removeprefix(ours) for link in whole if link.startswith(f"{ours}/"))
