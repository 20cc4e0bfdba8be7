"""People are read and not carried off: whoever walks all profiles is stopped, a reader is not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.urls import get_resolver, reverse

from accounts import reading
from marketplace import limits
from marketplace.kit import limits as limits_of_kit
from marketplace.kit.limits import Rate, TooOften
from tests import factories
from tests.conftest import NOON
from tests.test_access import every_name

PROFILES = 10_000
A_DAY = timedelta(days=1)
# A twentieth.
HOURS = 24 - NOON.hour
MOST_OF_THEM = PROFILES // 20


@pytest.fixture(autouse=True)
def nobody_has_read():
    cache.clear()


def reader(address="81.2.69.142", user=None):
    """Somebody who reads, and from where."""
    return user or AnonymousUser(), address


def walk(*readers, begins=NOON, lasts=A_DAY) -> int:
    """Walk all profiles with these readers in turns, each waiting as it is told; say how many
    pages they get before the time is over."""
    got, waits = 0, dict.fromkeys(range(len(readers)), begins)
    while got < PROFILES:
        number = min(waits, key=lambda one: waits[one])
        at = waits[number]
        if at >= begins + lasts:
            break
        try:
            reading.count(*readers[number], reading.PROFILES, at=at)
            got += 1
            waits[number] = at + timedelta(milliseconds=300)
        except TooOften as refusal:
            waits[number] = at + timedelta(seconds=int(refusal.headers["Retry-After"]))
    return got


def test_of_10000_profiles_a_walker_gets_a_twentieth_in_24_hours():
    got = walk(reader())

    assert 250 <= got <= MOST_OF_THEM


def test_other_addresses_of_one_network_and_fresh_accounts_are_the_same_reader(db):
    house = [reader(f"2a02:8106:1:{number:x}::7") for number in range(20)]
    fresh = [
        reader("81.2.69.142", factories.user(f"Fresh {number}", date_joined=NOON))
        for number in range(5)
    ]

    assert walk(*house) <= MOST_OF_THEM
    assert walk(reader(), *fresh) <= MOST_OF_THEM


def test_who_reads_200_pages_an_hour_is_not_stopped(db):
    known, colleague = reader(user=factories.user("Old")), reader("81.2.69.7")

    for number in range(200):
        for one in (known, colleague):
            reading.count(*one, reading.PROFILES, at=NOON + number * timedelta(seconds=18))
            reading.count(*one, reading.LISTS, at=NOON + number * timedelta(seconds=18))


def test_an_address_that_is_no_place_is_not_counted():
    """Behind a proxy that hides its visitors it would be everybody."""
    assert walk(reader("127.0.0.1"), lasts=timedelta(seconds=120)) == 400


def test_every_page_that_is_counted_is_one():
    assert set(limits.READ) <= set(every_name(get_resolver()))


@pytest.fixture
def narrow(monkeypatch):
    """Let two pages of each be read in a window that does not end during the test."""
    for name, rates in limits.READ.items():
        monkeypatch.setitem(limits.READ, name, (Rate(rates[0].name, 2, 10**9),))


@pytest.mark.parametrize(
    "name",
    ["profile", "search", "skill", "board", "api:expert", "api:experts", "api:search-jobs"],
)
def test_pages_and_api_say_so_and_when_to_come_back(client, narrow, ada, name):
    address = {
        "profile": lambda: reverse("experts:profile", args=[ada.expert.slug]),
        "search": lambda: reverse("experts:search"),
        "skill": lambda: reverse("experts:skill", args=["rag"]),
        "board": lambda: reverse("jobs:board"),
        "api:expert": lambda: reverse("api:expert", args=[ada.expert.public_id]),
        "api:experts": lambda: reverse("api:experts"),
        "api:search-jobs": lambda: reverse("api:search-jobs"),
    }[name]()

    answers = [client.get(address, REMOTE_ADDR="81.2.69.142") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert client.get(address, REMOTE_ADDR="81.2.69.7").status_code == 200


def test_page_and_api_of_a_profile_are_one_count(client, narrow, ada):
    page = reverse("experts:profile", args=[ada.expert.slug])
    api = reverse("api:expert", args=[ada.expert.public_id])

    answers = [client.get(url, REMOTE_ADDR="81.2.69.142").status_code for url in (page, api, page)]

    assert answers == [200, 200, 429]


def test_a_wait_of_hours_is_said_in_hours():
    for _ in range(reading.PROFILES[1].most):
        limits_of_kit.spend(reading.PROFILES[1], "place:a", at=NOON)

    with pytest.raises(TooOften, match=f"again in {HOURS} hours"):
        limits_of_kit.spend(reading.PROFILES[1], "place:a", at=NOON)
