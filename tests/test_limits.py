"""The doors that are limited: a sentence and Retry-After on a page, headers for programs."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.http import SIGN_UPS
from accounts.models import User
from marketplace import limits
from marketplace.kit.limits import Rate
from tests import factories
from tests.test_access import every_name


def test_every_limited_address_is_one():
    assert set(limits.LIMITED) <= set(every_name(get_resolver()))


@pytest.fixture
def narrow(monkeypatch):
    """Let each thing be done twice in a window that does not end during the test."""
    for name, rate in limits.LIMITED.items():
        monkeypatch.setitem(limits.LIMITED, name, Rate(rate.name, 2, 10**9))


def test_a_page_says_so_and_when_to_come_back(client, narrow, acme, ada):
    """Before the view: nothing is written, and looking is not limited."""
    client.force_login(acme)
    sent = factories.proposal(factories.job(acme.memberships.get().organisation), ada.expert)
    begin = reverse("contracts:begin-conversation", args=[sent.public_id])

    answers = [client.post(begin, {"text": ""}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "too often in a short time" in answers[2].content.decode()
    assert int(answers[2]["Retry-After"]) > 0
    assert "Retry-After" not in answers[1]
    assert client.get(begin).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_request_login_code"],
)
def test_strangers_are_counted_by_their_place_and_believed_no_other(client, narrow, db, name):
    for number in range(3):
        answer = client.post(
            reverse(name),
            {"email": f"x{number}@people.example", "login": "x", "password": "y"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert answer.status_code == 429
    assert client.post(reverse(name), REMOTE_ADDR="192.0.2.9").status_code != 429


def test_one_count_for_signing_up_by_whichever_door(client, db):
    assert limits.LIMITED["account_signup"] is SIGN_UPS


def test_the_api_says_what_is_left_and_when_to_come_back(client, monkeypatch, db):
    monkeypatch.setattr(limits, "API_OF_STRANGERS", Rate("api-anonymous", 2, 10**9))
    jobs = reverse("api:jobs")

    left = [client.get(jobs)["RateLimit"].split(";")[1] for _ in range(2)]
    refused = client.get(jobs)

    assert left == ["r=1", "r=0"]
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code" if "code" in refused.json() else "type"].endswith("too_often")
    assert int(refused["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_passwords_at_once_five_are_looked_at(at_once, acme):
    """Whoever asks, from wherever."""
    acme.set_password("correct-horse-battery")
    acme.save()
    looked_at = "not correct"

    def guess(number: int) -> str:
        data = {"login": acme.email, "password": f"guess-{number}"}
        return Client().post(reverse("account_login"), data).content.decode()

    cache.clear()
    answers = at_once(*[lambda n=n: guess(n) for n in range(16)])

    assert sum(looked_at in page for page in answers) == 5
    assert User.objects.get().check_password("correct-horse-battery")
