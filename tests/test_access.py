"""Every address of the site, asked by everyone: one closed table, printed as docs/access.md.

An address without a row fails the build. 302 is a way to sign in or the answer to a finished form,
404 is what one may not see, 403 what one may not do, 405 the wrong method, 409 and 422 a refusal.
"""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Deed, User
from contracts.models import Contract
from tests.access_table import ACCESS, PEOPLE, page
from tests.look.test_every_address import ELSEWHERE, PAGES
from tests.world import one_of_everything  # noqa: F401 (a fixture)
from tests.written import changes

DOCS = Path(__file__).resolve().parent.parent / "docs" / "access.md"


# What we built into the admin site ourselves.
BENCHES = (
    *("admin:vetting:", "admin:disputes:", "admin:registry:"),
    *("admin:mails:", "admin:health:", "admin:flags:", "admin:sanctions:", "admin:jobs-in-review:"),
    *(
        "admin:payments:",
        "admin:chargebacks:",
        "admin:clawbacks:",
        "admin:differences:",
        "admin:links:",
        "admin:payouts:",
        "admin:sessions:",
    ),
)


def every_name(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Return the name of every address, Django's own record pages excepted."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"
        elif entry.namespace == "admin":
            yield from (name for name in every_name(entry, "admin:") if name.startswith(BENCHES))
        else:
            below = f"{entry.namespace}:" if entry.namespace else ""
            yield from every_name(entry, prefix + below)


def test_the_table_is_complete():
    assert sorted({row[0] for row in ACCESS}) == sorted(set(every_name(get_resolver())))


def test_every_page_is_looked_at_or_has_a_reason():
    known = {row[0] for row in ACCESS if row[1] == "get"}

    assert sorted(known - set(PAGES)) == sorted(ELSEWHERE)


# What a form is sent beside its own fields by whoever would like to be more than they are.
PUSHED = {
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "0",
    "standing": "good",
    "groups": "1",
    "user_permissions": "1",
    "password": "x",
    "email_verified": "1",
    "public_id": "usr_x",
    "client_fee_bps": "0",
    "expert_fee_bps": "0",
    "can_receive": "1",
    "held_until": "",
    "is_frozen": "",
    "is_rejected": "",
    "balance": "1000000",
    "points": "99",
    "badges": "1",
}


def privileges() -> set[tuple[object, ...]]:
    """What nobody gives themselves, of every person and every contract."""
    people = User.objects.order_by("pk").values_list(
        "pk", "public_id", "is_staff", "is_superuser", "is_active", "password", "groups"
    )
    fees = Contract.objects.order_by("pk")
    return {*people, *fees.values_list("pk", "client_fee_bps", "expert_fee_bps")}


# What stands on every answer, whoever asks for whatever (ASVS 5.0, 3.4).
WALLS = {
    "Content-Security-Policy": "default-src 'none'",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def walls_of(answer: HttpResponse) -> list[str]:
    """Return which headers are missing or say something else, and what is let in beside our files.

    A mail is shown to staff as it is sent, with its styles, and locked up.
    """
    found = [name for name, says in WALLS.items() if says not in answer.headers.get(name, "")]
    resources = answer.headers.get("Cross-Origin-Resource-Policy")
    found += [] if resources in {"same-origin", "cross-origin"} else ["CORP"]
    policy = answer.headers.get("Content-Security-Policy", "")
    is_locked = "sandbox" in policy and "script-src" not in policy
    lax = ("unsafe-eval", "*") if is_locked else ("unsafe-inline", "unsafe-eval", "*")
    return found + [word for word in lax if word in policy]


# What was said to some, and who may read it; our staff read what their desks are for.
PRIVATE = {
    "acme@attest.example": {"acme", "rhea"},
    "ada@attest.example": {"ada", "rhea"},
    "rhea@attest.example": {"rhea"},
    "dana@globex.example": {"ada", "rhea"},
    "canary-of-a-message": {"acme", "ada"},
    "canary-of-evidence": {"rhea"},
    "canary-of-a-statement": {"acme", "ada", "rhea"},
}


# A link from somebody's mail stands for them, whoever opens it.
BY_LINK = ("/unsubscribe/", "/member-invitations/")


def told_of_others(person: str, address: str, answer: HttpResponse) -> list[str]:
    """Return what an answer tells that somebody may not read."""
    if answer.streaming or address.startswith(BY_LINK):
        return []
    content = answer.content.decode(errors="replace")
    return [text for text, who in PRIVATE.items() if person not in who and text in content]


# What needs no line of its own.
RECORDS = {"accounts_auditevent", "accounts_auditchain", "experts_trailentry"}
NO_CHANGES = {"accounts_keptanswer", "accounts_mail", "accounts_mailevent"}


def is_on_record(written: Counter[str], answer: HttpResponse) -> bool:
    """Whether a form that was taken and wrote something left a line that names it."""
    line = Deed.objects.filter(request_id=answer["X-Request-Id"])
    return not set(written) - RECORDS - NO_CHANGES or line.exists()


@pytest.fixture
def ask(client, settings, acme, ada, mallory, rhea):
    """Ask an address as somebody, undo what came of it, and return the answer's status."""
    sessions = {"anonymous": ""}
    for person in (mallory, ada, acme, rhea):
        client.cookies.clear()
        client.force_login(person)
        sessions[person.email.partition("@")[0]] = client.session.session_key

    before = privileges()

    def ask(person: str, method: str, address: str) -> int:
        client.cookies.clear()
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[person]
        cache.clear()
        with transaction.atomic():
            # What an empty form sends, and what no form of ours asks for.
            sent = {"csrfmiddlewaretoken": "x"} | (PUSHED if method == "post" else {})
            already = changes() if method == "post" else Counter()
            answer = getattr(client, method)(address, sent)
            is_safe = method == "get" or before <= privileges()
            assert is_safe, f"{method} {address} gave {person} what is not theirs"
            if method == "post" and answer.status_code < HTTPStatus.BAD_REQUEST:
                is_told = is_on_record(changes() - already, answer)
                assert is_told, f"{method} {address} of {person} left no line"
            transaction.set_rollback(True)
        assert walls_of(answer) == [], f"{method} {address} for {person}"
        assert told_of_others(person, address, answer) == [], f"{method} {address} tells {person}"
        return answer.status_code

    return ask


def part_of(name: str) -> str:
    """Return the app of an address, or the admin site."""
    return name.partition(":")[0] if ":" in name else ""


@pytest.mark.parametrize("part", sorted({part_of(row[0]) for row in ACCESS}))
def test_access(world, ask, part):
    found = []
    for name, method, kind, *statuses in ACCESS:
        if part_of(name) == part:
            address = reverse(name, args=world[kind])
            said = [ask(person, method, address) for person in PEOPLE]
            found += [] if said == statuses else [f"{method} {name}: {said}, not {statuses}"]

    assert found == []


def test_records_of_the_admin_site_are_for_staff_alone(client, ada):
    client.force_login(ada)
    for name in set(every_admin_name()):
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue  # it needs a row, and redirects before it looks for one
        if name not in {"admin:login", "admin:logout", "admin:jsi18n"}:
            assert client.get(address).status_code == 302, name


def every_admin_name() -> Iterator[str]:
    """Return the names of Django's own record pages."""
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "admin":
            for page in entry.url_patterns:
                if isinstance(page, URLPattern):
                    yield f"admin:{page.name}"


def test_docs_access_is_this_table():
    assert DOCS.read_text() == page(), "run: make docs"


def test_browsers_are_told_to_stay_with_https_in_production(settings, db):
    settings.SECURE_HSTS_SECONDS = 31_536_000  # which is what production has
    answer = Client().get(reverse("fees"), secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
