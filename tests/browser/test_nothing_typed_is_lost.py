"""What somebody typed and did not send is there when they come back, with a script and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.test_journeys_of_hiring import TO_ANSWER
from tests.browser.test_main_job import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.journeys, pytest.mark.drills]
KEPT = re.compile("Saved|Kept as typed")
TITLE = "Answer what our fitters ask on the roof"
SCOPE = "Forty fitters ask by telephone what the manuals say; somebody looks it up each time."
NOTE = "I would first listen to a week of these calls, and count which of them a manual answers."
ANSWER = "The calls in which two manuals disagree, because nobody has marked the newer one."


@pytest.fixture
def visitor(person):
    """Somebody without an account in the second step of posting a job."""

    def visitor(*, javascript: bool) -> Person:
        someone = person("nobody@people.example", javascript=javascript)
        someone.go("/")
        someone.press("Post a job")
        someone.page.locator("[name=use_case][value=rag-knowledge-assistant]").check(force=True)
        someone.press("Continue with this template")
        expect(someone.page.locator("[name=scope]")).to_be_visible()
        return someone

    return visitor


@pytest.fixture
def proposing(person, site):
    """An expert before an empty proposal."""

    def proposing(*, javascript: bool) -> Person:
        [(job, email)] = site.sql(TO_ANSWER)
        someone = person(email, javascript=javascript)
        sign_in(someone, "attest-demo")
        someone.go(f"/jobs/{job}/propose/")
        return someone

    return proposing


def come_back(someone: Person) -> Page:
    """Close the tab without a word and open the same page in another one."""
    address, browser = someone.page.url, someone.page.context
    someone.page.close()
    page = browser.new_page()
    page.goto(address)
    return page


def write_the_job(page: Page) -> None:
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=scope]").fill(SCOPE)


def has_the_job(page: Page) -> None:
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator("[name=scope]")).to_have_value(SCOPE)


def test_a_job_is_there_after_the_tab_was_closed(visitor):
    gail = visitor(javascript=True)
    write_the_job(gail.page)
    expect(gail.page.locator("#saved")).to_have_text(KEPT)

    has_the_job(come_back(gail))

    assert gail.complaints == []


def test_a_job_is_there_after_going_back_without_a_script(visitor):
    gail = visitor(javascript=False)
    write_the_job(gail.page)
    gail.press("Continue to the budget")
    expect(gail.page.locator("[name=budget_min]")).to_be_visible()
    gail.page.locator("[name=budget_min]").fill("6,000")
    gail.page.locator("[name=budget_max]").fill("18,000")

    gail.page.locator("[name=then][value=back]").click()
    has_the_job(gail.page)

    gail.press("Continue to the budget")
    expect(gail.page.locator("[name=budget_min]")).to_have_value(re.compile("^6,?000"))
    gail.page.go_back()
    has_the_job(gail.page)


def test_a_proposal_is_there_after_the_tab_was_closed(proposing):
    ada = proposing(javascript=True)
    ada.page.locator("[name=cover_note]").fill(NOTE)
    ada.page.locator("[name=answer]").fill(ANSWER)
    expect(ada.page.locator("#saved")).to_have_text(KEPT)

    page = come_back(ada)

    expect(page.locator("[name=cover_note]")).to_have_value(NOTE)
    expect(page.locator("[name=answer]")).to_have_value(ANSWER)
    assert ada.complaints == []


def test_a_proposal_is_there_after_it_was_put_aside_without_a_script(proposing):
    ada = proposing(javascript=False)
    ada.page.locator("[name=cover_note]").fill(NOTE)
    ada.press("Save draft")
    ada.sees("Your draft was saved.")

    ada.press("Back to the job")
    ada.page.go_back()

    expect(ada.page.locator("[name=cover_note]")).to_have_value(NOTE)
