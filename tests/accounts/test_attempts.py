"""Whoever guesses passwords or asks for codes is stopped, and stops nobody else (I-07, ADR 37)."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts import attempts, devices
from accounts.models import Mail, User
from accounts.services import sign_outs
from marketplace.kit.limits import TooOften
from tests.conftest import NOON

PASSWORD, NEW = "an old one, kept for long", "a new one, for longer"
LOGIN = "account_login"


@pytest.fixture
def person(ada) -> User:
    """Ada, with a password."""
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    ada.set_password(PASSWORD)
    ada.save()
    return ada


def tries(browser: Client, person: User, password: str, *, of: str = "192.0.2.1"):
    form = {"login": person.email, "password": password}
    return browser.post(reverse(LOGIN), form, REMOTE_ADDR=of)


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def known_browser(person: User) -> Client:
    """One that person has signed in with and out again."""
    browser = Client()
    tries(browser, person, PASSWORD, of="203.0.113.9")
    assert is_in(browser)
    browser.post(reverse("account_logout"))
    return browser


def guess(person: User, *, networks: int, each: int) -> list[str]:
    return [
        tries(Client(), person, f"guess {number}", of=f"198.51.{network}.7").content.decode()
        for network in range(networks)
        for number in range(each)
    ]


# --- Who guesses, and whom it concerns


def attacked(person: User, *, networks: int, each: int) -> None:
    """Assert what the person and everybody else can still do under an attack."""
    here = known_browser(person)

    pages = guess(person, networks=networks, each=each)

    looked_at = sum("not correct" in page for page in pages)
    assert looked_at == attempts.PASSWORDS.from_anywhere.most
    assert sum("lets you in meanwhile" in page for page in pages) == len(pages) - looked_at
    # Where they have been before they are let in at once, from wherever that is now.
    assert tries(here, person, PASSWORD, of="198.51.0.8").status_code == 302
    assert is_in(here)
    # Elsewhere the password door is closed, and says what is open.
    new = Client()
    answer = tries(new, person, PASSWORD, of="203.0.113.10").content.decode()
    assert not is_in(new)
    assert "lets you in meanwhile" in answer
    assert reverse("account_request_login_code") in answer
    assert new.post(reverse("account_request_login_code"), {"email": person.email}).url == (
        reverse("account_confirm_login_code")
    )
    assert Mail.objects.filter(to=person.email, subject__icontains="code").exists()


def test_the_person_it_belongs_to_is_not_locked_out(person):
    attacked(person, networks=6, each=5)


@pytest.mark.drills
def test_nor_by_a_thousand_guesses_from_fifty_networks(person):
    attacked(person, networks=50, each=20)


def test_others_wait_five_minutes_at_most(person):

    def look(network: int, at):
        address = f"198.51.{network}.7"
        return attempts.begin(
            attempts.PASSWORDS, email=person.email, shown="", address=address, at=at
        )

    for number in range(20):
        look(number // 5, NOON)
    with pytest.raises(TooOften) as refused:
        look(99, NOON)

    assert refused.value.spent.seconds <= 300
    assert look(99, NOON + timedelta(seconds=refused.value.spent.seconds))


def test_a_network_that_is_refused_takes_nothing_from_others(person):
    guess(person, networks=1, each=15)
    new = Client()

    tries(new, person, PASSWORD, of="203.0.113.10")

    assert is_in(new)


def test_a_network_is_what_somebody_rents():
    assert attempts.network("192.0.2.1") == attempts.network("192.0.2.254") == "192.0.2.0/24"
    assert attempts.network("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert attempts.network("unknown") == "unknown"


def test_a_right_password_is_not_counted(person):
    for _ in range(attempts.PASSWORDS.from_a_network.most + 1):
        browser = Client()
        tries(browser, person, PASSWORD)
        assert is_in(browser)


# --- Codes that are mailed

CODE, NEW_PASSWORD = "account_request_login_code", "account_reset_password"


def asks(browser: Client, person: User, door: str, *, of: str = "192.0.2.1") -> bool:
    """Ask for a code; whether one is on its way."""
    answer = browser.post(reverse(door), {"email": person.email}, REMOTE_ADDR=of)
    assert answer.status_code == 302 or "too often" in answer.content.decode()
    return answer.status_code == 302


@pytest.mark.parametrize("door", [CODE, NEW_PASSWORD])
def test_who_asks_for_codes_keeps_the_person_from_none(person, door):
    here = known_browser(person)

    sent = [
        asks(Client(), person, door, of=f"198.51.{network}.{host}")
        for network in range(4)
        for host in range(11)
    ]

    assert sum(sent) == attempts.MAILED_CODES.from_anywhere.most
    assert Mail.objects.filter(to=person.email, subject__icontains="code").count() == sum(sent)
    assert not asks(Client(), person, door, of="203.0.113.10")
    assert asks(here, person, door, of="203.0.113.10")


def test_codes_for_both_doors_are_counted_together(person):
    sent = [asks(Client(), person, door) for door in (CODE, NEW_PASSWORD) for _ in range(6)]

    assert sent == 10 * [True] + 2 * [False]


def test_who_has_no_account_is_refused_alike(db):
    nobody = User(email="nobody@people.example")

    sent = [asks(Client(), nobody, CODE) for _ in range(11)]

    assert sent == 10 * [True] + [False]


# --- Which browsers are known


def test_a_known_browser_may_guess_as_often_as_a_network(person):
    here = known_browser(person)

    pages = [tries(here, person, "forgotten").content.decode() for _ in range(7)]

    assert sum("not correct" in page for page in pages) == attempts.PASSWORDS.from_a_device.most


def test_it_is_known_for_one_account(person, mallory):
    shown = known_browser(person).cookies[devices.COOKIE].value

    assert devices.known(shown, person.email)
    assert not devices.known(shown, mallory.email)
    assert not devices.known(shown, "nobody@people.example")


@pytest.mark.parametrize("shown", ["", "made-up", "a:b:c", "\x00", "x" * 4000])
def test_nobody_else_can_write_what_it_is_known_by(person, shown):
    assert devices.known(shown, person.email) == ""


def is_known(browser: Client, person: User) -> bool:
    return bool(devices.known(browser.cookies[devices.COOKIE].value, person.email))


def test_a_new_password_ends_it(person):
    here, there = known_browser(person), known_browser(person)
    tries(here, person, PASSWORD)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert not is_known(there, person)


def test_so_does_ending_the_other_sessions(person):
    here, there = Client(), Client()
    tries(here, person, PASSWORD)
    tries(there, person, PASSWORD)
    assert is_known(there, person)

    here.post(reverse("usersessions_list"))

    assert not is_known(there, person)


def test_so_does_a_session_that_our_staff_end(person, rhea):
    there = Client()
    tries(there, person, PASSWORD)

    sign_outs.end(person, UserSession.objects.filter(user=person), reason="x", by=rhea, at=NOON)

    assert not is_known(there, person)


def test_it_is_out_of_reach_of_scripts_and_ends(person):
    browser = known_browser(person)
    crumb = browser.cookies[devices.COOKIE]

    assert crumb["httponly"]
    assert crumb["samesite"] == "Lax"
    assert int(crumb["max-age"]) == devices.KNOWN_FOR.total_seconds()
