"""While the site is looked after people are asked to come back, and money goes on."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from marketplace import maintenance


@pytest.fixture
def closed(db):
    maintenance.begin(until=now() + timedelta(minutes=20))


@pytest.mark.parametrize("name", ["landing", "home", "experts:search", "jobs:board"])
def test_people_are_asked_to_come_back(client, ada, closed, name):
    client.force_login(ada)

    answer = client.get(reverse(name))

    assert answer.status_code == 503
    assert "Nothing is lost, and money goes on." in answer.content.decode()
    assert 1100 < int(answer["Retry-After"]) <= 1200
    assert answer["Cache-Control"] == "no-store"


def test_a_form_that_comes_now_changes_nothing(client, acme, closed):
    client.force_login(acme)

    answer = client.post(reverse("switch-capacity"), {"capacity": "client"})

    assert answer.status_code == 503


def test_the_page_asks_the_database_only_who_it_is(client, closed, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get(reverse("landing"))
    assert answer.status_code == 503


def test_programs_read_a_problem(client, closed):
    answer = client.get(reverse("api:experts"))

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["type"] == "/problems/maintenance"


def test_news_of_money_and_questions_about_our_health_are_let_in(client, settings, closed):
    settings.STRIPE_WEBHOOK_SECRETS = {"platform": ["whsec_a"]}
    assert client.post(reverse("contracts:stripe-webhook", args=["platform"])).status_code == 400
    assert client.get(reverse("healthz")).status_code == 200
    assert client.get(reverse("readyz")).status_code == 200


def test_our_staff_sign_in_and_look(client, rhea, closed):
    assert client.get(reverse("account_login")).status_code == 200
    client.force_login(rhea)
    assert client.get(reverse("experts:search")).status_code == 200


def test_late_is_still_closed_until_somebody_opens_it(client, db):
    maintenance.begin(until=now() - timedelta(hours=1))
    assert client.get(reverse("landing"))["Retry-After"] == "60"

    maintenance.end()

    assert client.get(reverse("landing")).status_code == 200


def test_the_command_closes_and_opens(client, db):
    call_command("maintenance", "on", minutes=5)
    assert client.get(reverse("landing")).status_code == 503

    call_command("maintenance", "off")

    assert client.get(reverse("landing")).status_code == 200
