"""A conversation in a browser: what is new comes without a reload, with and without script."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from jobs.models import Message
from jobs.services import messages
from tests import factories
from tests.axe import faults
from tests.conftest import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct-horse-battery"


@pytest.fixture
def conversation(transactional_db):
    """Acme has written to Ada about her proposal."""
    owner, ada = factories.user("Dana Whitlock"), factories.user("Ada Okonkwo")
    ada.set_password(PASSWORD)
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    job = factories.job(factories.organisation(owner, "Acme"))
    proposal = factories.proposal(job, factories.expert(ada))
    text = "When could you start?"
    return messages.begin(proposal, text=text, files=[], by=owner, at=NOON).conversation


def open_as_ada(page, conversation):
    address = reverse("contracts:conversation", args=[conversation.public_id])
    page.goto(f"/accounts/login/?next={address}")
    page.get_by_label("Email").fill("ada.okonkwo@attest.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Acme").wait_for()


def test_messages_come_and_go_without_a_reload(page, conversation):
    open_as_ada(page, conversation)
    assert faults(page) == []
    page.evaluate("window.wasHere = true")
    first = conversation.messages.get()
    Message.objects.create(
        conversation=conversation, side="client", by=first.by, text="Or on Tuesday?",
        created_at=first.created_at + timedelta(seconds=1),
    )  # fmt: skip

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("Or on Tuesday?").wait_for()

    page.get_by_role("textbox", name="Message").fill("Tuesday it is.")
    page.get_by_role("textbox", name="Message").press("Control+Enter")
    page.locator(".say.me").get_by_text("Tuesday it is.").wait_for()
    assert page.get_by_role("textbox", name="Message").input_value() == ""

    page.get_by_role("textbox", name="Message").fill("My address is ada@okonkwo.example")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send it anyway").click()
    page.locator(".say.me").get_by_text("My address is").wait_for()
    assert page.evaluate("window.wasHere")
    assert faults(page) == []


def test_without_script_a_reload_does_the_same(chromium, live_server, conversation):
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    open_as_ada(page, conversation)
    page.get_by_role("textbox", name="Message").fill("Tuesday it is.")
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.locator(".say.me").inner_text().startswith("Tuesday it is.")
    assert page.url.endswith("#last")
    context.close()
