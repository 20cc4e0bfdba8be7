"""The client's board under the fingers: keys step through the list and sort, and only there.

Whoever is better off without them switches them off, for good and on any browser.
"""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from playwright.sync_api import expect

from jobs.models import Proposal
from tests import factories
from tests.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct-horse-battery"


def test_keys_step_and_sort(page):
    owner = factories.user("Dana Whitlock")
    owner.set_password(PASSWORD)
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    job = factories.job(factories.organisation(owner, "Acme"))
    for name in ("Ada Okonkwo", "Bea Nwosu"):
        factories.proposal(job, factories.expert(factories.user(name)))
    page.goto(f"/accounts/login/?next={reverse('jobs:received-proposals', args=[job.public_id])}")
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/proposals/")  # loaded: keys do nothing before the script is there
    first, second = (page.locator("[data-row] h3 a").nth(place) for place in range(2))
    second.wait_for()
    name = second.text_content()

    page.keyboard.press("a")
    assert Proposal.objects.filter(status="archived").count() == 0, "the focus is elsewhere"
    first.focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("?")
    expect(page.get_by_text("While you are in the list")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_text(f"The proposal of {name} is archived").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Restored.").wait_for()

    first.focus()
    page.keyboard.press("s")
    page.get_by_text("On your shortlist").wait_for()
    assert sorted(Proposal.objects.values_list("status", flat=True)) == ["shortlisted", "submitted"]

    first.focus()
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Decline")).to_be_visible()
    page.go_back()

    page.locator("[data-keys-help] summary").click()
    page.get_by_role("button", name="Single-key shortcuts").click()
    expect(page.locator("[data-keys=off]")).to_be_visible()
    first.focus()
    for key in "jsda?":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == first.text_content()
    assert sorted(Proposal.objects.values_list("status", flat=True)) == ["shortlisted", "submitted"]
