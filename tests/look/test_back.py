"""After signing out, Back shows nothing of what was read; elsewhere it shows what was typed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.look.test_pages import dana, sign_in  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_back_shows_nothing_private_once_signed_out(page, dana):  # noqa: F811 (the fixture)
    sign_in(page)
    page.wait_for_url(lambda address: "login" not in address)
    for name in ("home", "accounts:own-data", "usersessions_list"):
        page.goto(reverse(name))
    page.goto(reverse("account_logout"))
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "logout" not in address)

    for _ in range(5):
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("dana@acme.example")
        expect(page.locator("body")).not_to_contain_text("Dana Whitlock")


def test_what_was_typed_is_there_after_back(page, dana):  # noqa: F811 (the fixture)
    sign_in(page)
    page.wait_for_url(lambda address: "login" not in address)
    page.goto(reverse("accounts:open-organisation"))
    page.locator("[name=name]").fill("Globex of Sweden")
    page.goto(reverse("fees"))

    page.go_back()

    expect(page.locator("[name=name]")).to_have_value("Globex of Sweden")
