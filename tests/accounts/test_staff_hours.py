"""Staff are signed out after their day, and when they have left their desk; members are not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

HOUR = timedelta(hours=1)


@pytest.fixture
def later(monkeypatch):
    """Let time pass for the site; sessions are as old as it says."""
    begun, passed = now(), timedelta()

    def later(by: timedelta) -> None:
        nonlocal passed
        passed += by

    monkeypatch.setattr(timezone, "now", lambda: begun + passed)
    return later


def is_in(client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_staff_who_left_their_desk_sign_in_again(client, rhea, later):
    client.force_login(rhea)
    assert is_in(client)
    later(HOUR - timedelta(minutes=1))
    assert is_in(client)
    later(HOUR - timedelta(minutes=1))
    assert is_in(client)

    later(HOUR + timedelta(minutes=1))

    answer = client.get(reverse("home"), follow=True)
    assert "You have been signed out. Please sign in again." in answer.content.decode()
    assert not is_in(client)


def test_a_day_ends_however_busy_it_was(client, rhea, later):
    client.force_login(rhea)
    for _ in range(16):
        assert is_in(client)
        later(HOUR / 2)
    assert is_in(client)

    later(timedelta(minutes=1))

    assert not is_in(client)


def test_a_form_that_waited_is_taken_once(client, rhea, later):
    client.force_login(rhea)
    assert is_in(client)
    later(2 * HOUR)

    answer = client.post(reverse("admin:vetting:take-next"))

    assert answer.status_code == 409  # the desk's own word: there is nothing to take
    assert not is_in(client)


def test_members_stay_signed_in(client, ada, later):
    client.force_login(ada)
    assert is_in(client)

    later(timedelta(days=3))

    assert is_in(client)


def test_the_session_is_written_once_a_minute_at_most(client, rhea, later):
    client.force_login(rhea)
    assert is_in(client)
    key, before = client.session.session_key, dict(client.session)
    later(timedelta(seconds=59))

    assert is_in(client)

    assert (client.session.session_key, dict(client.session)) == (key, before)
