"""A session ends with signing out, with a new password, and with the account."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

PASSWORD, NEW = "an old one, kept for long", "a new one, for longer"


@pytest.fixture
def person(ada):
    """Ada, with a password."""
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    ada.set_password(PASSWORD)
    ada.save()
    return ada


def signed_in(person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_signing_in_makes_a_new_session(person):
    client = Client()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": person.email, "password": "wrong, by far"})
    before = client.session.session_key

    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert client.session.session_key not in {None, before}


def test_signing_out_ends_it_here_and_there(person):
    client = signed_in(person)
    stolen = Client()
    stolen.cookies.update(client.cookies)
    assert is_in(stolen)

    client.post(reverse("account_logout"))

    assert not is_in(stolen)


def test_a_new_password_ends_the_others(person):
    here, there = signed_in(person), signed_in(person)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert is_in(here)
    assert not is_in(there)


def test_the_others_are_listed_and_ended(person):
    here, there = signed_in(person), signed_in(person)
    assert here.get(reverse("usersessions_list")).content.decode().count("<td>") >= 2

    here.post(reverse("usersessions_list"))

    assert is_in(here)
    assert not is_in(there)


def test_a_closed_account_is_signed_out_everywhere(person):
    here, there = signed_in(person), signed_in(person)

    person.is_active = False
    person.save()

    assert not is_in(here)
    assert not is_in(there)
