"""From the landing page to the first job live, by somebody we have never seen."""

import re
import time

import pytest

from tests.browser.journeys import Cost, counted
from tests.browser.test_main_job import code_for

pytestmark = [pytest.mark.browser, pytest.mark.journeys, pytest.mark.drills]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_landing_page_to_the_first_job_live(person, site, javascript, record_property):
    email = f"gail-{int(javascript)}-{int(time.time())}@people.example"
    gail = person(email, javascript=javascript, timezone_id="Europe/Berlin")
    gail.go("/")

    budget = Cost(pages=5, fields=6, clicks=9)
    with counted(gail, budget, record_property) as journey:
        journey.press("Post a job")
        journey.choose(gail.page.locator("[name=use_case][value=rag-knowledge-assistant]"))
        journey.press("Continue with this template")
        journey.press("Continue to the budget")
        journey.fill("budget_min", "6,000")
        journey.fill("budget_max", "18,000")
        journey.fill("organisation_name", "Globex")
        journey.fill("email", email)
        journey.press("Publish the job")
        journey.fill("code", code_for(gail))
        journey.press("Sign in")
        gail.page.wait_for_url(re.compile("/jobs/job_"))
        gail.sees("Your job is live.")

    [(status, country)] = site.sql(
        "SELECT j.status, o.country FROM jobs_job j JOIN accounts_organisation o"
        " ON o.id = j.organisation_id JOIN accounts_user u ON u.id = j.posted_by_id"
        " WHERE u.email = %s",
        email,
    )
    assert status == "open"
    assert country == ("DE" if javascript else ""), "only a script knows the browser's zone"
