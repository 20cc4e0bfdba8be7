"""The kit and the sign-in pages in a browser: usable by everyone, on any screen and scheme."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Kind, Notification, User
from tests.axe import ALL, faults
from tests.conftest import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct-horse-battery"
ENTRANCE = (
    *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
    *("/accounts/login/code/", "/nowhere/"),
)
MANAGE = (
    *("/accounts/email/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/"),
    *("/accounts/logout/", "/accounts/reauthenticate/"),
)


@pytest.fixture
def dana(transactional_db):
    user = User.objects.create_user("dana@acme.example", PASSWORD, name="Dana Whitlock")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def authenticator(page):
    """A virtual passkey device that says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("dana@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_it_is_you(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm", exact=True).click()


def test_the_kit_shows_every_component_without_fault(page, settings):
    settings.DEBUG = True
    page.goto("/kit/")
    assert faults(page, ALL) == []


def test_the_entrances_are_without_fault(page):
    found = []
    for path in ENTRANCE:
        page.goto(path)
        found += faults(page)
    assert found == []


def test_the_account_pages_are_without_fault(page, dana):
    sign_in(page)
    found = []
    for path in MANAGE:
        page.goto(path)
        found += faults(page)
    assert found == []


def test_an_empty_sign_in_says_what_to_do_and_has_the_focus(page):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#id_login")).to_be_focused()
    assert faults(page) == []


def sign_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


def test_a_passkey_signs_in_alone_or_as_the_second_step(page, dana, authenticator):
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_it_is_you(page)
    assert faults(page) == []
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert faults(page) == []

    sign_out(page)
    page.goto("/accounts/login/")
    for network in range(20):  # whoever guesses passwords meanwhile does not close this door
        guess = {"login": dana.email, "password": "wrong, by far"}
        Client().post("/accounts/login/", guess, REMOTE_ADDR=f"198.51.{network}.7")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/home/")

    sign_out(page)
    sign_in(page)
    page.get_by_role("heading", name="One more step").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/home/")

    page.goto("/accounts/2fa/webauthn/")
    assert page.get_by_text("Signs in alone").is_visible()


def test_a_menu_closes_on_escape(page, dana):
    sign_in(page)
    page.goto("/accounts/2fa/")
    page.locator("details.menu summary").click()
    assert page.get_by_role("link", name="Settings").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0


def test_news_that_was_read_is_as_wide_as_what_is_new(page, dana):
    for key, read_at in (("new", None), ("read", NOON)):
        Notification.objects.create(
            user=dana, kind=Kind.BADGE, key=key, subject=f"This is {key}", url="/", created_at=NOON,
            read_at=read_at,
        )  # fmt: skip
    sign_in(page)
    page.goto("/notifications/")

    widths = [row.bounding_box()["width"] for row in page.locator(".notices .stack").all()]

    assert len(widths) == 2
    assert widths[0] == pytest.approx(widths[1], abs=1)


def test_a_toast_goes_away_without_javascript(chromium, live_server, dana):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_label("Hide this message").check()
    expect(page.get_by_text("You are signed out.")).to_be_hidden()
    context.close()


def test_passkeys_are_not_offered_without_javascript(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert page.get_by_role("link", name="Mail me a sign-in code").is_visible()
    context.close()


def test_the_light_page_weighs_little(chromium, live_server):
    """Cold, as the budget has it: at most 8 requests."""
    page = chromium.new_context(base_url=live_server.url).new_page()
    asked = []
    page.on("response", lambda answer: asked.append(answer.url))
    page.goto("/accounts/login/")
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 8
    page.context.close()
