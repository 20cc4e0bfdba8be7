"""The client's board under the fingers: keys step through the list and sort, and only there."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

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
    first, second = (page.locator("[data-row] h3 a").nth(place) for place in range(2))
    second.wait_for()
    name = second.text_content()

    page.keyboard.press("e")
    assert Proposal.objects.filter(status="archived").count() == 0, "the focus is elsewhere"
    first.focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("e")
    page.get_by_text(f"The proposal of {name} is archived").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Restored.").wait_for()

    first.focus()
    page.keyboard.press("s")
    page.get_by_text("On your shortlist").wait_for()
    assert sorted(Proposal.objects.values_list("status", flat=True)) == ["shortlisted", "submitted"]
