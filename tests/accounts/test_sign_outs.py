"""Our staff end sessions of somebody who cannot: one or all, with a reason, on record."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Notification
from accounts.services import sign_outs
from tests.accounts.test_sessions import PASSWORD, is_in, signed_in
from tests.conftest import NOON

WHY = "You wrote that the one in Lisbon is not yours."


@pytest.fixture
def person(ada):
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    ada.set_password(PASSWORD)
    ada.save()
    return ada


def page(person):
    return reverse("admin:sessions:person", args=[person.public_id])


def test_one_is_ended_and_the_others_go_on(client, person, rhea):
    here, there = signed_in(person), signed_in(person)
    client.force_login(rhea)
    theirs = UserSession.objects.get(session_key=there.session.session_key)

    client.post(page(person), {"session": theirs.pk, "reason": WHY})

    assert (is_in(here), is_in(there)) == (True, False)
    told = Notification.objects.get(user=person, key__startswith="sign-out:")
    assert WHY in told.body
    act = AuditEvent.objects.get(act=AuditEvent.Act.SIGNED_OUT)
    assert (act.by, act.person) == (rhea, person)


def test_or_all_of_them(client, person, rhea):
    here, there = signed_in(person), signed_in(person)
    client.force_login(rhea)

    answer = client.post(page(person), {"session": "", "reason": WHY}, follow=True)

    assert (is_in(here), is_in(there)) == (False, False)
    assert "2 sessions ended." in answer.content.decode()
    assert "Signed in nowhere." in answer.content.decode()


def test_it_takes_a_reason(client, person, rhea):
    here = signed_in(person)
    client.force_login(rhea)

    assert client.post(page(person), {"session": "", "reason": ""}).status_code == 422
    assert is_in(here)


def test_sessions_of_somebody_else_are_not_among_them(client, person, rhea, acme):
    client.force_login(rhea)
    stranger = Client()
    stranger.force_login(acme)
    stranger.get(reverse("home"))
    theirs = UserSession.objects.get(user=acme)

    assert client.post(page(person), {"session": theirs.pk, "reason": WHY}).status_code == 422
    assert sign_outs.end(person, [theirs], reason=WHY, by=rhea, at=NOON) == 0
    assert is_in(stranger)
    assert not Notification.objects.filter(user=person).exists()


def test_nobody_but_staff_and_nobody_their_own(person, acme, rhea):
    here = signed_in(person)
    sessions = list(UserSession.objects.filter(user=person))

    for by, whose in ((acme, person), (person, person), (rhea, rhea)):
        with pytest.raises(PermissionDenied):
            sign_outs.end(whose, sessions, reason=WHY, by=by, at=NOON)

    assert is_in(here)
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.SIGNED_OUT).exists()


def test_the_desk_finds_a_person_by_their_address(client, person, rhea):
    client.force_login(rhea)
    desk = reverse("admin:sessions:index")

    assert client.get(desk, {"person": "nobody@attest.example"}).status_code == 422
    assert client.get(desk, {"person": person.email.upper()})["Location"] == page(person)
