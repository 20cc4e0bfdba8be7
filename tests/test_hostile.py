"""What nobody types by hand, in every field and every address of the site: never a fault of ours.

An ordinary run gives each field one of the values; `make drills` gives each field all of them.
"""

import gzip
from base64 import b64encode
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_table import ACCESS, PEOPLE
from tests.test_access import part_of
from tests.world import one_of_everything  # noqa: F401 (a fixture)

VALUES = (
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u2066\u200b\ufeff",
    "\U000e0041\u3164\u0345",
    "٣",
    "-1",
    "1e999",
    "NaN",
    "Infinity",
    "9" * 31,
    "9" * 5_000,
    "-9223372036854775809",
    "0x10",
    "99999-99-99",
    "2026-02-30T25:61",
    "0001-01-01",
    "[" * 2_000,
    '{"a": [null, {"b": 1e400}]}',
    "'\"><script>alert(1)</script>",
    "{{ 7 * 7 }}{% debug %}%(x)s{0}${y}",
    "../../etc/passwd",
    "http://[::1",
    "//evil.example/\\@x",
    "cD1hYmM=",
    "y" * 20_000,
    " ",
    "İıßŒﬃ",
    "word & | ! <-> :* ()",
)
# What our pages and lists read from an address.
KEYS = (
    *("q", "page", "cursor", "limit", "after", "before", "next", "show", "tab", "view", "case"),
    *("skill", "skills", "level", "rate_min", "rate_max", "hours", "shared", "rating", "families"),
    *("domains", "languages", "country", "sort", "zone", "use_case", "person", "number", "amount"),
    *("slot", "flag", "kind", "contract", "month", "archived", "p"),
)
# Refusals of ours that are no faults: Stripe cannot be reached from here.
NOT_NOW = 503
TYPED = "application/x-www-form-urlencoded"


class Forms(HTMLParser):
    """The forms of a page: where each goes, how, and the names of its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.found.append((said.get("method") or "get", said.get("action") or "", []))
        elif tag in {"input", "select", "textarea", "button"} and said.get("name") and self.found:
            name = str(said["name"])
            # Files have tests of their own, and without its token a form says nothing.
            if said.get("type") != "file" and name != "csrfmiddlewaretoken":
                self.found[-1][2].append(name)


@pytest.fixture
def person(settings, acme, ada, mallory, rhea):
    """Return a browser of somebody that does not raise what goes wrong at the other end."""

    def person(name: str) -> Client:
        client = Client(raise_request_exception=False)
        users = {"acme": acme, "ada": ada, "mallory": mallory, "rhea": rhea}
        if name in users:
            client.force_login(users[name])
        return client

    browsers = {name: person(name) for name in PEOPLE}
    return browsers.__getitem__


def pages(part: str) -> Iterator[tuple[str, str, str]]:
    """Each page of a part of the site: its name, whose arguments it takes, and who may open it."""
    for name, method, kind, *statuses in ACCESS:
        if method == "get" and part_of(str(name)) == part and 200 in statuses:
            # The last who may: staff see most, and those who have a part in it more than visitors.
            yield str(name), str(kind), PEOPLE[len(PEOPLE) - 1 - statuses[::-1].index(200)]


def ask(client: Client, method: str, address: str, data: dict[str, str]) -> int:
    """Ask, undo what came of it, and return the status of the answer."""
    cache.clear()
    said = urlencode(data, errors="surrogatepass")
    with transaction.atomic():
        if method == "get":
            status = client.get(f"{address}?{said}").status_code
        else:
            status = client.post(address, said, content_type=TYPED).status_code
        transaction.set_rollback(True)
    return int(status)


PARTS = sorted({part_of(str(row[0])) for row in ACCESS})
ALL = pytest.param(range(len(VALUES)), marks=pytest.mark.drills, id="every value")


@pytest.mark.parametrize("turns", [pytest.param(range(1), id="a value each"), ALL])
@pytest.mark.parametrize("part", PARTS)
def test_hostile_values_are_answered(world, person, part, turns):
    found = []
    for place, (name, kind, who) in enumerate(pages(part)):
        client, address = person(who), reverse(name, args=world[kind])
        page = client.get(address)
        is_html = page.headers["Content-Type"].startswith("text/html") and not page.streaming
        forms = Forms(page.content.decode()).found if is_html else []
        asked = [("get", address, list(KEYS))]
        asked += [(how, urlsplit(to or address).path, fields) for how, to, fields in forms]
        for turn in turns:
            for method, where, fields in asked:
                data = {
                    field: VALUES[(turn + place + number) % len(VALUES)]
                    for number, field in enumerate(fields)
                }
                status = ask(client, method, where, data)
                if status >= 500 and status != NOT_NOW:
                    found.append(f"{status}: {who} {method} {where} {turn + place}")
    assert found == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 2_000, 400),
        ('{"credential": ' + "9" * 5_000 + "}", 400),
        ('{"credential": "\\u0000\\ud800"}', 400),
        ('"' + "y" * 1_048_576 + '"', 413),
    ],
    ids=["deep", "digits", "half a character", "large"],
)
@pytest.mark.django_db
def test_hostile_json_is_a_problem_document(client, body, status):
    answer = client.post(reverse("api:verify"), body, content_type="application/json")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


MEGABYTE = 1_000_000


@pytest.mark.parametrize("size", [2_400_000, 2_600_000, 10 * MEGABYTE, 12 * MEGABYTE])
@pytest.mark.parametrize("kind", ["application/json", TYPED, "multipart/form-data; boundary=x"])
@pytest.mark.django_db
def test_a_large_body_is_refused_before_it_is_read(client, size, kind):
    answer = client.generic("POST", reverse("api:verify"), b"y" * size, kind)

    assert answer.status_code == (413 if kind == "application/json" else 415)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_body_without_its_length_is_not_taken_for_none(acme):
    """A server may hand it over unread: then a move that needs no words would be made."""
    client = Client(headers={"Transfer-Encoding": "chunked"})
    client.force_login(acme)

    answer = client.generic("POST", reverse("api:read-notifications"), b"", "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (411, "application/problem+json")


@pytest.mark.django_db
def test_what_is_packed_is_never_unpacked(client):
    bomb = gzip.compress(b"[" * 100 * MEGABYTE, compresslevel=1)

    answer = client.generic(
        "POST", reverse("api:verify"), bomb, "application/json",
        headers={"Content-Encoding": "gzip"},
    )  # fmt: skip

    assert answer.status_code == 400


@pytest.mark.parametrize("place", ["abc", "-1", "9" * 19, "٣"])
def test_a_cursor_of_somebody_elses_making_is_refused(client, ada, place):
    cursor = b64encode(urlencode({"p": place}).encode()).decode()

    answer = client.get(reverse("api:experts"), {"cursor": cursor})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_a_sign_in_leads_nowhere_that_is_no_address(client, db):
    assert client.get(reverse("account_login"), {"next": "http://[::1"}).status_code == 200
