"""Reading a list of the API while rows arrive: none is lost, none is read twice (T-11)."""

from itertools import count

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Kind, Notification
from tests.conftest import NOON

# How many there are, how many a page has, and how many arrive after each page.
HISTORIES = st.tuples(
    st.integers(0, 12), st.integers(1, 5), st.lists(st.integers(0, 4), max_size=12)
)
names = count()


@pytest.fixture
def reader(acme) -> Client:
    client = Client()
    client.force_login(acme)
    return client


@pytest.fixture
def arrive(acme):
    """Tell acme so many facts, and return what they are called."""

    def arrive(number: int) -> list[str]:
        rows = Notification.objects.bulk_create(
            Notification(
                user=acme, kind=Kind.MATCH, key=f"n{next(names)}", subject="s", created_at=NOON
            )
            for _ in range(number)
        )
        return [row.public_id for row in rows]

    return arrive


def read(reader: Client, size: int, arrivals: list[int], arrive) -> list[str]:
    """Return what one reads who follows `next` to its end, while others arrive."""
    found, address = [], f"{reverse('api:notifications')}?limit={size}"
    for turn in count():
        assert turn < 50, "it has no end"
        page = reader.get(address).json()
        found += [row["id"] for row in page["results"]]
        if page["next"] is None:
            return found
        address = page["next"]
        arrive(arrivals[turn] if turn < len(arrivals) else 0)
    raise AssertionError


def holds(history, reader, arrive) -> None:
    first, size, arrivals = history
    Notification.objects.all().delete()
    cache.clear()
    there = arrive(first)

    found = read(reader, size, arrivals, arrive)

    assert found == there[::-1]


def test_rows_that_arrive_meanwhile_push_none_out(reader, arrive):
    holds((9, 2, [3, 0, 1, 4]), reader, arrive)


@pytest.mark.drills
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_in_no_history_is_one_lost_or_repeated(history, reader, arrive):
    holds(history, reader, arrive)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "", "1e2", "٣"])
def test_a_page_has_from_one_row_to_a_hundred(reader, limit):
    answer = reader.get(reverse("api:notifications"), {"limit": limit})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit"])


def test_an_address_that_is_none_is_a_problem_too(reader):
    answer = reader.get("/api/v1/nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "/problems/not_found"
    assert reader.get("/nothing/")["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_a_problem_without_details(reader, monkeypatch):
    def crash(*_args, **_options):
        raise RuntimeError("canary")

    monkeypatch.setattr("accounts.api.notifications.asker", crash)
    reader.raise_request_exception = False

    answer = reader.get(reverse("api:notifications"))

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "canary" not in answer.content.decode()
