"""The stand-in's own pages in a real browser: for everybody, at every width, by day and night."""

import pytest
from playwright.sync_api import Browser

from marketplace.local.fakestripe.remote import Remote
from marketplace.local.fakestripe.server import StandIn
from tests import axe
from tests.fakestripe.conftest import client, open_account, open_session, pay, send
from tests.fakestripe.test_onboard import link

pytestmark = pytest.mark.browser

STATES = ("open", "declined", "proof", "expired", "paid", "onboarding", "dashboard", "missing")
WIDTHS = (1280, 390, 320)
LARGEST_PAGE = 75_000
MOST_REQUESTS = 8


@pytest.fixture(scope="module")
def addresses():
    """One address of every page, in every state that looks different."""
    with StandIn() as stand_in:
        yield dict(_pages(stand_in.url))


def _pages(url: str):
    stripe, remote = client(url), Remote(url)
    yield "open", open_session(stripe).url
    declined = open_session(stripe)
    remote.pay(declined.id, "insufficient_funds")
    yield "declined", declined.url
    yield "proof", f"{open_session(stripe).url}/verify"
    expired = open_session(stripe)
    stripe.v1.checkout.sessions.expire(expired.id)
    yield "expired", expired.url
    paid = open_session(stripe)
    remote.pay(paid.id)
    yield "paid", paid.url
    account = open_account(stripe)
    yield "onboarding", link(stripe, account).url
    remote.onboard(account.id)
    send(stripe, account, pay(stripe, remote), 270_00)
    yield "dashboard", f"{url}/express/{account.id}"
    yield "missing", f"{url}/nowhere"


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.drills)])
@pytest.mark.parametrize("name", STATES)
def test_a_page_is_open_to_everybody(chromium: Browser, addresses, name, scheme):
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    complaints, loaded = [], []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("response", lambda answer: loaded.append(answer.request))
    page.goto(addresses[name], wait_until="networkidle")
    if name != "missing":  # a browser complains of the 404 itself
        assert complaints == []
    assert len(loaded) <= MOST_REQUESTS
    assert sum(request.sizes()["responseBodySize"] for request in loaded) <= LARGEST_PAGE
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = axe.violations(page)
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
    context.close()


def test_a_person_pays_with_the_keyboard_and_without_javascript(chromium: Browser):
    # The second stand-in is only an address of another origin to lead back to.
    with StandIn() as stand_in, StandIn() as platform:
        back = f"{platform.url}/paid"
        session = open_session(client(stand_in.url), success_url=back, cancel_url=back)
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(session.url)
        page.get_by_role("button", name="Decline the payment").press("Enter")
        page.get_by_role("alert").get_by_text("Your card was declined.").wait_for()
        page.get_by_role("button", name="Pay $315.00 with 3-D Secure").press("Enter")
        page.get_by_role("button", name="Confirm $315.00").press("Enter")
        page.wait_for_url(back)
        context.close()
