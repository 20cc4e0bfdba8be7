"""A week of work by the hour, lived by both sides in a real browser, with the same figures."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.browser.conftest import Person, Site, each
from tests.browser.test_every_page import looks_right
from tests.browser.test_main_job import choose, hears, sign_in, tick, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.drills]

# A proposal nobody has answered; those whose pages are crawled keep theirs.
FIND = """
    SELECT p.public_id, client.email, expert.email FROM jobs_proposal p
      JOIN jobs_job j ON j.id = p.job_id AND j.status = 'open'
      JOIN accounts_membership s ON s.organisation_id = j.organisation_id AND s.role = 'owner'
      JOIN accounts_user client ON client.id = s.user_id
      JOIN experts_expert e ON e.id = p.expert_id JOIN accounts_user expert ON expert.id = e.user_id
     WHERE p.status IN ('submitted', 'shortlisted')
       AND 'client@attest.example' <> client.email AND 'expert@attest.example' <> expert.email
     ORDER BY p.id LIMIT 1
"""
SWEEP = "from contracts import tasks; tasks.sweep_timesheets()"


@pytest.mark.parametrize(
    ("answer", "javascript", "closely"),
    [
        pytest.param("rolls", True, False, id="the rest rolls on"),
        pytest.param("returns", True, True, id="the rest comes back"),
        pytest.param("rolls", False, False, id="it rolls on without a script"),
        pytest.param("silence", False, False, id="nobody answers, no script"),
    ],
)
def test_from_an_offer_to_the_last_hour(person, site, answer, javascript, closely):
    [(proposal, client, expert)] = site.sql(FIND)
    acme, ada = (seat(person, email, javascript, closely) for email in (client, expert))

    offer = offer_hours(acme, proposal)
    contract = accept(ada, offer)
    pay_for_a_week(acme, contract)
    hand_in(ada, contract)
    if answer == "silence":
        pass_the_time(site, contract)
    else:
        approve(acme, contract, answer)

    for someone in (acme, ada):
        someone.go(f"/contracts/{contract}/")
        looks_right(someone)
        assert figures(someone)["Released"] == "$360.00"
        is_back = answer == "returns"
        assert figures(someone)["Held"] == ("$0.00" if is_back else "$540.00")
        assert figures(someone).get("Returned") == ("$540.00" if is_back else None)
    assert figures(acme) == figures(ada)
    assert [who.complaints for who in (acme, ada)] == [[], []]
    if closely or not javascript:
        assert site.manage("invariants").strip().endswith("invariants: 0 violated")


def seat(person: Callable[..., Person], email: str, javascript: bool, closely: bool) -> Person:
    someone = person(email, javascript=javascript)
    someone.is_critical = closely
    sign_in(someone, "attest-demo")
    return someone


def offer_hours(acme: Person, proposal: str) -> str:
    acme.go(f"/proposals/{proposal}/offer/hourly/")
    looks_right(acme)
    acme.fill("Title of the contract", "Advice while we grow")
    acme.fill(re.compile("Rate for an hour"), "90")
    acme.fill("Most hours a week", "20")
    acme.press("Send offer")
    acme.sees(re.compile("Offer sent"))
    return acme.page.url.rstrip("/").rpartition("/")[2]


def accept(ada: Person, offer: str) -> str:
    ada.go(f"/offers/{offer}/")
    looks_right(ada)
    ada.press("Accept offer of $90.00 an hour")
    ada.page.wait_for_url(re.compile("/contracts/con_"))
    return ada.page.url.rstrip("/").rpartition("/")[2]


def pay_for_a_week(acme: Person, contract: str) -> None:
    acme.go(f"/contracts/{contract}/")
    acme.sees("Your move: pay for hours of a week ahead.")
    looks_right(acme)
    acme.press("Pay for a week ahead")
    looks_right(acme)
    acme.fill("Hours", "10")
    acme.press("See what that costs")
    acme.sees(re.compile("goes back to you by"))
    looks_right(acme)
    acme.press("Go on to pay $945.00")
    acme.page.wait_for_url(re.compile("/c/pay/"))
    acme.page.get_by_role("button", name=re.compile("^Pay")).first.click()
    acme.page.wait_for_url(re.compile("/contracts/"))
    funded = "SELECT 1 FROM contracts_milestone m JOIN contracts_contract c ON c.id = contract_id"
    wait_for(
        lambda: acme.site.sql(f"{funded} WHERE c.public_id = %s AND m.status = 'funded'", contract),
        "the week to be paid for",
    )
    acme.page.reload()
    acme.sees("$900.00 held.")
    looks_right(acme)


def hand_in(ada: Person, contract: str) -> None:
    hears(ada, re.compile("10 h are paid for"))
    ada.go(f"/contracts/{contract}/")
    ada.press(re.compile("^Write hours of this week"))
    looks_right(ada)
    ada.page.get_by_label("Day").first.select_option(monday().isoformat())
    ada.fill(re.compile("^Hours"), "4")
    ada.fill("What was done", "Read the traces with your people")
    ada.press("Hand in these hours")
    ada.sees(re.compile("4 h handed in, [$]360[.]00"))
    ada.sees(re.compile("If nobody answers by .*, [$]360[.]00 are released to you"))
    looks_right(ada)


def monday() -> date:
    """The first day of this week; a later one may still be to come where the expert lives."""
    today = timezone.now().date()
    return today - timedelta(days=today.weekday())


def approve(acme: Person, contract: str, rest: str) -> None:
    hears(acme, re.compile("^Review 4 h"))
    acme.go(f"/contracts/{contract}/")
    acme.press("Review the hours")
    acme.sees("Read the traces with your people")
    looks_right(acme)
    acme.press("Approve and release $360.00")
    looks_right(acme)
    choose(acme, "rest", rest)
    tick(acme.page.get_by_label("I have read what was done in these hours"))
    acme.press("Release $360.00")
    acme.sees(re.compile("^[$]360[.]00 released to"))
    looks_right(acme)


def pass_the_time(site: Site, contract: str) -> None:
    """Let the five days be over."""
    [(sheet,)] = site.sql(
        "UPDATE contracts_timesheet SET review_due_at = now() WHERE contract_id ="
        " (SELECT id FROM contracts_contract WHERE public_id = %s) RETURNING id",
        contract,
    )
    site.manage("shell", "-c", SWEEP)
    released = "SELECT 1 FROM contracts_timesheet WHERE id = %s AND status = 'released'"
    wait_for(lambda: site.sql(released, sheet), "the hours to be released")


def figures(someone: Person) -> dict[str, str]:
    """Where the contract's money is, as the open page says it."""
    rows = each(someone.page.locator("dl.legend > div"))
    said = {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}
    return {name.strip(): re.findall(r"[$][\d,.]+", text)[0] for name, text in said.items()}
