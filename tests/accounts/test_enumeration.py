"""No door tells who has an account: what is there, closed and not there looks the same (I-04).

How long a door takes is measured in `test_timing.py`.
"""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Mail
from tests import factories

PASSWORD = "correct-horse-battery"
# The form of each door, as somebody fills it in who does not know the password.
DOORS = {
    "account_signup": lambda email: {"email": email, "password1": PASSWORD},
    "account_login": lambda email: {"login": email, "password": "a wrong one"},
    "account_request_login_code": lambda email: {"email": email},
    "account_reset_password": lambda email: {"email": email},
}
TOKEN = re.compile(r"[A-Za-z0-9]{64}")


@pytest.fixture
def addresses(db):
    """One who is there, one whose account is closed, and one whom we do not know."""
    there = factories.user("Ann There")
    there.set_password(PASSWORD)
    there.save()
    closed = factories.user("Bob Closed", is_active=False)
    closed.set_password(PASSWORD)
    closed.save()
    return [there.email, closed.email, "eve@people.example"]


def seen(door: str, email: str) -> tuple[object, ...]:
    """What somebody at a door sees, and the page they are led to."""
    cache.clear()
    browser = Client()
    before = Mail.objects.count()
    answer = browser.post(reverse(door), DOORS[door](email))
    pages = [answer]
    if answer.status_code == 302:
        pages.append(browser.get(answer["Location"]))
    return (
        [page.status_code for page in pages],
        [sorted(page.headers) for page in pages],
        answer.headers.get("Location"),
        [TOKEN.sub("TOKEN", page.content.decode()).replace(email, "ADDRESS") for page in pages],
        sorted(browser.cookies),
        Mail.objects.count() - before,
    )


@pytest.mark.parametrize("door", DOORS)
def test_a_door_tells_nothing(addresses, door):
    there, closed, unknown = (seen(door, email) for email in addresses)

    assert there == unknown
    assert closed == unknown
