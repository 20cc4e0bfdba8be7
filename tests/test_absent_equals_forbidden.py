"""What one may not see answers as what is not there: the same status, body and headers (A-03)."""

import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from tests.access_table import ACCESS, PEOPLE
from tests.world import one_of_everything  # noqa: F401 (a fixture)

PUBLIC_ID = re.compile(r"^([a-z]{3})_[0-9a-z]{12}$")
NOBODYS = "0" * 12
# Form tokens are drawn anew for every answer.
TOKEN = re.compile(r"[A-Za-z0-9]{64}")
# Fewer would mean that the table is no longer read.
FEWEST = 60
EVERY = pytest.param(1, marks=pytest.mark.drills, id="every address")


def hidden() -> list[tuple[str, str, str]]:
    """Addresses of rows that mallory may not see and somebody else may: name, method, kind."""
    mallory = PEOPLE.index("mallory")
    return [
        (str(name), str(method), str(kind))
        for name, method, kind, *statuses in ACCESS
        if kind and statuses[mallory] == 404 and set(statuses) - {302, 404}
    ]


def absent(argument: object) -> object:
    """Another of the same form, which nothing has."""
    return PUBLIC_ID.sub(rf"\1_{NOBODYS}", argument) if isinstance(argument, str) else argument


def said(answer: HttpResponse, address: str) -> tuple[int, str, list[str]]:
    body = answer.content.decode().replace(address, "HERE")
    return answer.status_code, TOKEN.sub("TOKEN", body), sorted(answer.headers)


@pytest.mark.parametrize("step", [pytest.param(6, id="some addresses"), EVERY])
def test_both_answers_are_the_same(client, world, mallory, step):
    client.force_login(mallory)

    def ask(name: str, method: str, arguments: list[object]) -> tuple[int, str, list[str]]:
        address = reverse(name, args=arguments)
        cache.clear()
        with transaction.atomic():
            answer = getattr(client, method)(address)
            transaction.set_rollback(True)
        return said(answer, address)

    differing, compared = [], 0
    for name, method, kind in hidden()[::step]:
        nowhere = [absent(argument) for argument in world[kind]]
        if nowhere != world[kind]:
            compared += 1
            is_same = ask(name, method, world[kind]) == ask(name, method, nowhere)
            differing += [] if is_same else [f"{method} {name}"]

    assert differing == []
    assert compared >= FEWEST // step


@pytest.mark.parametrize("name", ["api:proposal", "api:contract"])
def test_so_it_is_in_the_api(client, world, mallory, name):
    client.force_login(mallory)
    [theirs] = world[name.removeprefix("api:")]

    there, nowhere = (client.get(reverse(name, args=[key])) for key in (theirs, absent(theirs)))

    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
