"""How long we take says nothing about who has an account here (I-03, ADR 36).

What a door says is compared in `test_enumeration.py`.
"""

from statistics import median
from time import monotonic, perf_counter

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.urls import get_resolver, reverse

from marketplace import limits
from marketplace import settings as written
from marketplace.kit.limits import Rate
from tests.accounts.test_enumeration import DOORS
from tests.test_access import every_name

# As the design asks; by chance alone, 30 pairs would be beyond 0.60 one time in five.
PAIRS = 200


class CountingHasher(PBKDF2PasswordHasher):
    """Django's own, as fast as a test likes it, which remembers how often it worked."""

    iterations = 1
    worked = 0

    def encode(self, password, salt, iterations=None):
        CountingHasher.worked += 1
        return super().encode(password, salt, iterations)


# --- On steps


def test_every_door_that_knows_is_one_that_is_limited():
    """So that whoever is refused does not hold a thread."""
    assert set(limits.KNOWING) <= set(limits.LIMITED) <= set(every_name(get_resolver()))
    assert set(DOORS) <= set(limits.KNOWING)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_answers_on_its_step(client, settings, ada, door):
    settings.DOOR_STEP_MS = 200
    step = 0.2 * limits.KNOWING[door]

    for email in (ada.email, "eve@people.example"):
        began = monotonic()
        client.post(reverse(door), DOORS[door](email))
        assert monotonic() - began >= step


def test_whoever_only_looks_at_a_door_does_not_wait(client, db):
    answer = client.get(reverse("account_login"))

    assert not hasattr(answer.wsgi_request, "leaves_every")


def test_who_is_refused_hears_so_at_once(client, settings, monkeypatch, db):
    monkeypatch.setitem(limits.LIMITED, "account_reset_password", Rate("code", 1, 10**9))
    settings.DOOR_STEP_MS = 200
    form = {"email": "eve@people.example"}

    first, second = (client.post(reverse("account_reset_password"), form) for _ in range(2))

    assert first.wsgi_request.leaves_every > 0
    assert second.status_code == 429
    assert not hasattr(second.wsgi_request, "leaves_every")


# --- The same work besides, for a machine that needs longer than a step


@pytest.mark.parametrize("door", ["account_signup", "account_login"])
def test_as_many_passwords_are_hashed_for_who_is_there(client, settings, ada, door):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    ada.set_password("correct-horse-battery")
    ada.save()

    def hashed(email):
        CountingHasher.worked = 0
        client.cookies.clear()
        client.post(reverse(door), DOORS[door](email))
        return CountingHasher.worked

    assert hashed(ada.email) == hashed("eve@people.example") == 1


# --- Measured


@pytest.mark.drills
@pytest.mark.parametrize("door", DOORS)
def test_time_does_not_tell_who_has_an_account(client, settings, ada, door):
    """The area under the curve of who guesses by time: 0.5 is guessing blindly (check I-03)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.DOOR_STEP_MS = written.DOOR_STEP_MS
    ada.set_password("correct-horse-battery")
    ada.save()

    def spent(email: str) -> float:
        cache.clear()
        client.cookies.clear()
        began = perf_counter()
        answer = client.post(reverse(door), DOORS[door](email))
        assert answer.status_code < 400
        return perf_counter() - began

    spent("warming@up.example")
    known, unknown = [], []
    for number in range(PAIRS):
        turns = [(known, ada.email), (unknown, f"new{number}@people.example")]
        # Whoever comes second might find the machine warmer.
        for times, email in turns if number % 2 else reversed(turns):
            times.append(spent(email))

    wins = sum((k > u) + (k == u) / 2 for k in known for u in unknown) / PAIRS**2
    area = max(wins, 1 - wins)
    gap = abs(median(known) - median(unknown)) / median(unknown)
    print(f"{door}: area under the curve {area:.2f}, medians {gap:.1%} apart")
    assert gap <= 0.05
    assert area <= 0.60
