"""No form is taken without its token, or from another site's page, but for those listed (I-08)."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.access_table import ACCESS
from tests.world import one_of_everything  # noqa: F401 (a fixture)

# Stripe signs what it sends; a mail program unsubscribes by RFC 8058 with the secret of the link;
# the choice of a language stands on pages kept for all, and asks who sent it (test_german.py).
OPEN = {"contracts:stripe-webhook", "accounts:unsubscribe", "choose-language"}
# The API reads no forms at all.
REFUSED = {403, 415}


@pytest.fixture
def addresses(world):
    """One address of every name."""
    kinds = {str(name): str(kind) for name, _method, kind, *_statuses in ACCESS}
    return {name: reverse(name, args=world[kind]) for name, kind in kinds.items()}


@pytest.fixture
def browser(acme):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(acme)
    # What asks for a part gets one line, not a page.
    client.defaults["HTTP_HX_REQUEST"] = "true"
    return client


def taken(browser, addresses, **sent) -> set[str]:
    """The names of the addresses that do not refuse."""
    cache.clear()
    answers = {name: browser.post(address, **sent) for name, address in addresses.items()}
    return {name for name, answer in answers.items() if answer.status_code not in REFUSED}


EVERY = pytest.param(1, marks=pytest.mark.drills, id="every address")


@pytest.mark.parametrize("step", [pytest.param(5, id="some addresses"), EVERY])
def test_without_a_token_nothing_is_taken(browser, addresses, step):
    some = dict(list(addresses.items())[::step]) | {name: addresses[name] for name in OPEN}

    assert taken(browser, some) == OPEN


@pytest.mark.parametrize("step", [pytest.param(8, id="some addresses"), EVERY])
def test_with_its_token_from_another_origin_neither(browser, addresses, step):
    token = get_token(RequestFactory().get("/"))
    browser.cookies[settings.CSRF_COOKIE_NAME] = token

    some = dict(list(addresses.items())[::step])
    for origin in ("https://evil.example", "null"):
        sent = {"headers": {"Origin": origin, "X-CSRFToken": token}}
        assert taken(browser, some, **sent) <= OPEN
