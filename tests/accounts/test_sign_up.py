"""Signing up needs an address one can read: the code goes by mail, through the outbox."""

import re

import pytest
from django.urls import reverse

from accounts.models import Mail, User
from accounts.services import outbox

PASSWORD = "correct-horse-battery"


@pytest.fixture
def signed_up(client, db):
    client.post(reverse("account_signup"), {"email": "New@Attest.example", "password1": PASSWORD})
    return client


def test_an_account_is_of_no_use_before_the_code(signed_up):
    assert signed_up.get(reverse("home")).status_code == 302
    assert User.objects.get().email == "new@attest.example"


def test_the_code_from_the_mail_signs_in(signed_up, mailoutbox):
    mail = Mail.objects.get()
    outbox.deliver(mail.pk, at=mail.created_at)
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", mailoutbox[0].body, re.MULTILINE)
    assert code, mailoutbox[0].body

    answer = signed_up.post(reverse("account_email_verification_sent"), {"code": code[1]})

    assert answer.status_code == 302
    assert signed_up.get(reverse("home")).status_code == 200


def test_the_code_leads_to_where_one_was_going(client, db):
    answers = {"email": "new@attest.example", "password1": PASSWORD, "next": "/fees/"}
    client.post(reverse("account_signup"), answers)
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", Mail.objects.get().text, re.MULTILINE)
    assert code

    answer = client.post(reverse("account_email_verification_sent"), {"code": code[1]})

    assert answer.headers["Location"] == "/fees/"


def test_a_wrong_code_changes_nothing(signed_up):
    answer = signed_up.post(reverse("account_email_verification_sent"), {"code": "AAA-AAA"})

    assert answer.status_code in {200, 422}
    assert signed_up.get(reverse("home")).status_code == 302


def test_a_taken_address_looks_like_a_new_one_and_tells_its_owner(client, acme):
    answer = client.post(
        reverse("account_signup"), {"email": acme.email.upper(), "password1": PASSWORD}
    )

    assert answer.status_code == 302
    assert User.objects.count() == 1
    assert Mail.objects.get().to == acme.email
