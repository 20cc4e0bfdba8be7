"""What hiring costs those who hire and those who are hired, from a proposal to the money."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person, Site, each
from tests.browser.journeys import Cost, Journey, counted
from tests.browser.test_main_job import accept_the_offer, hand_in, hears, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.journeys, pytest.mark.drills]
BOTH = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without JavaScript"]
)

# Whoever other tests make up is at people.example and has another password.
# An open job, and an expert of the demo whom it wants and who has not answered it.
TO_ANSWER = """
    SELECT j.public_id, u.email FROM jobs_job j
      JOIN jobs_jobskill w ON w.job_id = j.id AND w.is_must
      JOIN experts_badge b ON b.skill_id = w.skill_id AND b.status = 'active'
      JOIN experts_expert e ON e.id = b.expert_id JOIN accounts_user u ON u.id = e.user_id
      JOIN accounts_user client ON client.id = j.posted_by_id
     WHERE e.is_open AND u.standing = 'good' AND j.status = 'open' AND j.screening_question <> ''
       AND split_part(u.email, '@', 2) = 'attest.example' AND u.email <> 'expert@attest.example'
       AND split_part(client.email, '@', 2) <> 'people.example'
       AND NOT EXISTS (SELECT 1 FROM jobs_proposal p WHERE p.expert_id = e.id AND (p.job_id = j.id
            OR p.submitted_at > now() - interval '1 hour'))
     ORDER BY (SELECT count(*) FROM jobs_jobcheck c WHERE c.job_id = j.id) DESC, e.id LIMIT 1
"""
# A proposal nobody has answered, whose dates are still to come, with the client who may, and the
# name of the expert.
TO_HIRE = """
    SELECT j.public_id, client.email, expert.email, expert.name FROM jobs_proposal p
      JOIN jobs_job j ON j.id = p.job_id JOIN accounts_user client ON client.id = j.posted_by_id
      JOIN experts_expert e ON e.id = p.expert_id JOIN accounts_user expert ON expert.id = e.user_id
     WHERE p.status = 'submitted' AND j.status = 'open' AND expert.standing = 'good'
       AND split_part(client.email, '@', 2) <> 'people.example'
       AND split_part(expert.email, '@', 2) <> 'people.example'
       AND NOT EXISTS (SELECT 1 FROM contracts_offer o WHERE o.proposal_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM jobs_proposedmilestone m
            WHERE m.proposal_id = p.id AND m.due_on <= current_date)
     ORDER BY p.id DESC LIMIT 1
"""
# Paid work that nobody has handed in.
TO_HAND_IN = """
    SELECT c.public_id, m.position, client.email, expert.email FROM contracts_milestone m
      JOIN contracts_contract c ON c.id = m.contract_id AND c.status = 'active'
      JOIN jobs_job j ON j.id = c.job_id JOIN accounts_user client ON client.id = j.posted_by_id
      JOIN experts_expert e ON e.id = c.expert_id JOIN accounts_user expert ON expert.id = e.user_id
     WHERE m.kind = 'work' AND m.status = 'funded'
       AND split_part(client.email, '@', 2) <> 'people.example'
       AND split_part(expert.email, '@', 2) <> 'people.example'
     ORDER BY m.id DESC LIMIT 1
"""

# An expert of the demo, and a skill for which they have neither a badge nor an application.
TO_APPLY = """
    SELECT u.email, s.slug FROM experts_expert e JOIN accounts_user u ON u.id = e.user_id
      JOIN experts_skill s ON s.is_badgeable
     WHERE split_part(u.email, '@', 2) = 'attest.example' AND u.email <> 'expert@attest.example'
       AND NOT EXISTS (SELECT 1 FROM experts_application a WHERE a.expert_id = e.id
            AND (a.skill_id = s.id OR a.status IN ('draft', 'submitted', 'changes_asked')))
     ORDER BY e.id DESC, s.id LIMIT 1
"""


@pytest.fixture
def seat(person):
    """Sign people of the demo in."""

    def seat(email: str, *, javascript: bool) -> Person:
        someone = person(email, javascript=javascript)
        sign_in(someone, "attest-demo")
        return someone

    return seat


@BOTH
def test_from_a_job_to_a_proposal_sent(seat, site, javascript, record_property):
    [(job, email)] = site.sql(TO_ANSWER)
    ada = seat(email, javascript=javascript)
    ada.go(f"/jobs/{job}/")

    budget = Cost(pages=1, fields=5 + checks_of(site, job), clicks=8)
    with counted(ada, budget, record_property) as journey:
        journey.press("Write a proposal")
        journey.fill("cover_note", f"{email} counts the queries, cites pages and reruns every set.")
        for commit in each(ada.page.locator("[name^=check][value=commit]")):
            journey.choose(commit)
        journey.fill("answer", "A table that went over two pages. Now the cells know their head.")
        journey.choose(ada.page.locator("[name=ai_use][value=none]"))
        for must in ada.page.locator("[name^=must]").all():
            journey.fill_in(must, "I did this for two years, behind another title.")
        journey.press("Send the proposal")
        ada.sees("Your proposal was sent.")


@BOTH
def test_from_the_proposals_to_a_funded_contract(seat, site, javascript, record_property):
    [(job, client, expert, name)] = site.sql(TO_HIRE)
    acme, ada = (seat(email, javascript=javascript) for email in (client, expert))
    acme.go(f"/client/jobs/{job}/proposals/")

    with counted(acme, Cost(pages=4, fields=4, clicks=7), record_property) as journey:
        journey.press(name)
        journey.press("Make an offer")
        journey.press("Send offer")
        acme.sees(re.compile("Offer sent"))
        # They are told by a mail that leads to the contract.
        acme.go(f"/contracts/{accept_the_offer(ada)}/")
        journey.press(re.compile("^Fund milestone 1, "))
        journey.click(acme.page.get_by_role("button", name=re.compile("^Pay")).first)
        acme.page.wait_for_url(re.compile("/contracts/"))
        is_funded(acme)


@BOTH
def test_from_an_offer_to_a_contract_on_the_experts_terms(seat, site, javascript, record_property):
    [(job, client, expert, name)] = site.sql(TO_HIRE)
    acme, ada = (seat(email, javascript=javascript) for email in (client, expert))
    acme.go(f"/client/jobs/{job}/proposals/")
    for button in (name, "Make an offer", "Send offer"):
        acme.press(button)
    acme.sees(re.compile("Offer sent"))
    hears(ada, re.compile("offer", re.IGNORECASE))
    ada.go(path_of(acme))

    with counted(ada, Cost(pages=2, fields=2, clicks=2), record_property) as journey:
        journey.press("Name other terms")
        journey.fill("milestones-0-amount", "1234.50")
        journey.fill("message", "The first part is smaller than it looks.")
        journey.press("Send these terms")
        ada.sees(re.compile("Nothing is agreed until the other side accepts"))

    hears(acme, re.compile("terms", re.IGNORECASE))
    acme.go(path_of(ada))
    difference = acme.page.locator("section").filter(has_text="What would be different").first
    with counted(acme, Cost(pages=1, clicks=1), record_property) as journey:
        expect(difference.locator("tbody tr")).to_have_count(2)
        expect(difference).to_contain_text("$1,234.50")
        journey.press(re.compile("Accept offer of"))
        acme.page.wait_for_url(re.compile("/contracts/con_"))
    expect(acme.page.get_by_role("main")).to_contain_text("$1,234.50")


def path_of(someone: Person) -> str:
    """Return the page they look at; the other side's mail leads to the same."""
    return someone.page.url.removeprefix(someone.site.address)


@BOTH
def test_from_work_handed_in_to_its_approval(seat, site, javascript, record_property):
    [(contract, number, client, expert)] = site.sql(TO_HAND_IN)
    acme, ada = (seat(email, javascript=javascript) for email in (client, expert))
    hand_in(ada, contract, number, value="0.9")
    # They are told by a mail that leads to the contract.
    acme.go(f"/contracts/{contract}/")

    with counted(acme, Cost(pages=2, fields=1, clicks=3), record_property) as journey:
        journey.press(re.compile("Approve and release"))
        journey.choose(acme.page.locator("[name=is_checked]"))
        journey.press(re.compile("^Release"))
        acme.sees(re.compile("released to"))


def checks_of(site: Site, job: str) -> int:
    [(number,)] = site.sql(
        "SELECT count(*) FROM jobs_jobcheck c JOIN jobs_job j ON j.id = c.job_id"
        " WHERE j.public_id = %s",
        job,
    )
    return int(number)


def is_funded(acme: Person) -> None:
    """Wait for the webhook, looking again as one does without a script."""
    for _ in range(30):
        if acme.page.get_by_text(re.compile("was told to start")).count():
            return
        acme.page.wait_for_timeout(500)
        acme.page.reload()
    pytest.fail(acme.page.inner_text("main"))


@BOTH
def test_from_choosing_a_badge_to_an_application_submitted(seat, site, javascript, record_property):
    [(email, skill)] = site.sql(TO_APPLY)
    ada = seat(email, javascript=javascript)
    ada.go("/profile/badges/apply/")

    # Six tasks, each begun from the list of tasks, and two pages for each piece of evidence.
    with counted(ada, Cost(pages=13, fields=14, clicks=18), record_property) as journey:
        journey.fill("skill", skill)
        journey.choose(ada.page.locator("[name=level][value='2']"))
        journey.press("Start the application")
        journey.press(re.compile("Level and claim"))
        journey.fill("claim", "I built a suite of 240 cases that gates every release of a bot.")
        journey.press("Save the claim")
        for number in (1, 2):
            show(journey, number)
        journey.press(re.compile("Authorship proof"))
        journey.choose(ada.page.locator("[name$='-proof'][value='code']").first)
        journey.press("Save the proofs")
        journey.press(re.compile("Confidentiality"))
        for everything in each(ada.page.locator("[value='everything']")):
            journey.choose(everything)
        journey.press("Save the choices")
        journey.press("Submit for review")
        ada.sees(re.compile("You are number"))


def show(journey: Journey, number: int) -> None:
    """Add a piece of evidence."""
    journey.press(re.compile("Add evidence"))
    journey.press("Evaluation report")
    journey.fill("title", f"Report {number}: judge agreement 0.78")
    journey.fill("url", f"https://eda.people.example/report-{number}")
    journey.fill("claim", "240 cases, method and seed, judge against three people.")
    journey.fill("own_share", "90")
    journey.click(journey.page.locator("form button.primary").first)
