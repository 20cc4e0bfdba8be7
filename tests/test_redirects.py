"""Where an answer leads on to is a page of ours, whatever it was asked to go on to (I-10)."""

from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

HERE = "http://testserver/"
EVIL = (
    "http://evil.example",
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https:evil.example",
    "http://testserver@evil.example",
    "http://testserver:80@evil.example",
    "http://testserver.evil.example",
    "http://evil.example#@testserver",
    "http://evil.example\\@testserver",
    "http://[::1",
    "http://[::ffff:1.2.3.4]/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://evil.example",
    "//evil。example",
    "//evil%2eexample",
    "/%2f/evil.example",
    "/.//evil.example",
    "x\x00//evil.example",
)
# Who is signed in is led on at once from the doors; a form says where it leads back to.
ASKED = (
    ("get", "account_login"),
    ("get", "account_signup"),
    ("post", "account_logout"),
    ("post", "choose-language"),
    ("post", "switch-capacity"),
    ("get", "accounts:second-factor"),
)


def leaves(location: str) -> bool:
    """Whether a browser would leave our site, which reads a backslash as a slash."""
    plain = "".join(sign for sign in location if sign not in "\t\r\n").replace("\\", "/").strip()
    to = urlsplit(urljoin(HERE, plain))
    return (to.scheme, to.netloc) != ("http", "testserver")


def test_what_leaves_is_recognised():
    assert leaves("//evil.example")
    assert leaves("/\\evil.example")
    assert leaves("javascript:alert(1)")
    assert not leaves("/fees/")


@pytest.mark.parametrize(("method", "name"), ASKED, ids=[name for _method, name in ASKED])
def test_it_stays_here(client, acme, method, name):
    led_away = []
    for field, evil in product(("next", "url"), EVIL):
        cache.clear()
        client.force_login(acme)
        answer = getattr(client, method)(reverse(name), {field: evil, "language": "de"})
        assert answer.status_code < 500, evil
        if leaves(answer.headers.get("Location", "")):
            led_away.append(evil)

    assert led_away == []


def test_so_it_does_after_signing_in(client, acme):
    acme.set_password("correct-horse-battery")
    acme.save()
    sent = {"login": acme.email, "password": "correct-horse-battery"}

    led_away = []
    for evil in EVIL:
        cache.clear()
        client.logout()
        answer = client.post(reverse("account_login"), sent | {"next": evil})
        assert answer.status_code == 302, evil
        led_away += [evil] if leaves(answer["Location"]) else []
    assert led_away == []
