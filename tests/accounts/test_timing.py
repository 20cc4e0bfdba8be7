"""How long we take says nothing about who has an account here."""

from statistics import median
from time import perf_counter

import pytest
from django.core.cache import cache
from django.urls import reverse

# As the design asks; by chance alone, 30 pairs would be beyond 0.60 one time in five.
PAIRS = 200


@pytest.mark.drills
def test_signing_up_takes_as_long_whether_or_not_one_has_an_account(client, settings, ada):
    """The area under the curve of who guesses by time: 0.5 is guessing blindly (check I-03)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

    def spent(email: str) -> float:
        cache.clear()
        client.cookies.clear()
        began = perf_counter()
        answer = client.post(
            reverse("account_signup"), {"email": email, "password1": "correct-horse-battery"}
        )
        assert answer.status_code == 302
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
    print(f"area under the curve {area:.2f}, medians {gap:.1%} apart")
    assert gap <= 0.05
    assert area <= 0.60
