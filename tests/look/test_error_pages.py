"""What goes wrong is said in our words and our look, with the right status, and nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse
from django.views.defaults import bad_request, server_error

from accounts.models import User


def test_an_unknown_address_says_what_to_do_next(client, db):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(lambda request: bad_request(request, ValueError()), 400), (server_error, 500)],
)
def test_the_last_resort_needs_no_context(rf, db, view, status, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = view(rf.get("/"))
    assert answer.status_code == status
    assert '<link rel="stylesheet" href="/static/css/app.css">' in answer.content.decode()


def test_a_stale_form_is_explained_and_leads_back(db):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(reverse("account_login"), headers={"Referer": "http://testserver/jobs/"})
    assert answer.status_code == 403
    assert "This form went stale" in answer.content.decode()
    assert 'href="http://testserver/jobs/"' in answer.content.decode()


def test_guessing_passwords_is_slowed_down_in_our_words(client, db):
    User.objects.create_user("dana@acme.example", "correct-horse-battery")
    wrong = {"login": "dana@acme.example", "password": "guess"}
    answers = [client.post(reverse("account_login"), wrong) for _ in range(12)]
    assert answers[-1].status_code == 200
    assert "That was too often in a short time." in answers[-1].content.decode()


def test_a_wrong_host_still_gets_a_page(client, db):
    answer = client.get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "We could not read that request" in answer.content.decode()
