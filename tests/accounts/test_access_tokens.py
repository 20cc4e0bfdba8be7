"""A token lets a program act as its owner on the API: shown once, in its scopes, till it ends."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.http import BAD_TOKENS
from accounts.models import AccessToken, Mail, Scope, User
from accounts.models.user import Standing
from accounts.services import access_tokens
from accounts.services.access_tokens import TooManyTokens
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON

ALL = tuple(Scope.values)


def issue(user: User, *scopes: str, days: int = 30) -> str:
    """Make a token that is usable now."""
    return access_tokens.issue(name="CRM", scopes=scopes or ALL, days=days, by=user, at=now())[1]


def ask(token: str, name: str = "api:proposals", *arguments: str, **said):
    """Ask the API as a program does: without a session, with a token."""
    send = Client().post if said else Client().get
    options = {"data": said.get("json"), "content_type": "application/json"} if said else {}
    headers = {"Authorization": f"Bearer {token}"}
    return send(reverse(name, args=arguments), headers=headers, **options)


def test_a_program_acts_as_its_owner(acme, ada, organisation):
    sent = factories.proposal(factories.job(organisation), ada.expert)

    answer = ask(issue(acme))

    assert [row["id"] for row in answer.json()["results"]] == [sent.public_id]
    assert ask(issue(acme), "api:proposal", sent.public_id).status_code == 200


def test_only_its_fingerprint_is_kept(acme):
    row, token = access_tokens.issue(name="CRM", scopes=["read"], days=30, by=acme, at=NOON)

    assert row.digest == sha256(token.encode()).hexdigest()
    assert len(token) >= len("at_") + 43  # 256 bits in base64
    kept = AccessToken.objects.values().get(pk=row.pk)
    assert not any(token in str(value) for value in kept.values())
    assert token.startswith(row.prefix)


def test_it_is_shown_once_and_its_owner_is_told(client, acme):
    client.force_login(acme)

    page = client.post(
        reverse("accounts:issue-token"), {"name": "CRM", "scopes": ["read"], "days": "30"}
    )

    row = AccessToken.objects.get()
    text = page.content.decode()
    assert text.count(row.prefix) == 1
    assert "no-store" in page["Cache-Control"]
    later = client.get(reverse("accounts:tokens")).content.decode()
    assert f"{row.prefix}…" in later
    assert (row.status, row.history.get().verb) == ("active", "issue")
    mail = Mail.objects.get(user=acme, kind="security")
    assert mail.subject == "A token to your account was made"


def test_whoever_has_a_password_is_asked_for_it_again(client, acme):
    acme.set_password("correct horse")
    acme.save()
    client.force_login(acme)

    answer = client.get(reverse("accounts:issue-token"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def too_long(token: str) -> str:
    return token + "x" * 5_000


def unknown(token: str) -> str:
    return token[:-4] + "aaaa"


@pytest.mark.parametrize("garble", [unknown, too_long, "x".__add__, "".format])
def test_what_is_no_token_opens_nothing_not_even_what_is_public(acme, garble):
    token = issue(acme)

    for name in ("api:jobs", "api:proposals"):
        answer = ask(garble(token), name)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
        assert answer["Content-Type"] == "application/problem+json"


def revoked(row: AccessToken, by: User) -> None:
    access_tokens.revoke(row, by=by, at=now())


def expired(row: AccessToken, by: User) -> None:
    AccessToken.objects.update(
        created_at=now() - timedelta(days=2), expires_at=now() - timedelta(seconds=1)
    )


def suspended(row: AccessToken, by: User) -> None:
    User.objects.filter(pk=by.pk).update(standing=Standing.SUSPENDED)


def banned(row: AccessToken, by: User) -> None:
    User.objects.filter(pk=by.pk).update(standing=Standing.BANNED)


def closed(row: AccessToken, by: User) -> None:
    User.objects.filter(pk=by.pk).update(is_active=False)


def hired_by_us(row: AccessToken, by: User) -> None:
    User.objects.filter(pk=by.pk).update(is_staff=True)


@pytest.mark.parametrize("end", [revoked, expired, suspended, banned, closed, hired_by_us])
def test_it_ends_at_once(acme, end):
    token = issue(acme)
    assert ask(token).status_code == 200

    end(AccessToken.objects.get(), acme)

    assert ask(token).status_code == 401


def test_it_never_opens_a_page_or_the_admin_site(acme):
    token = issue(acme)
    headers = {"Authorization": f"Bearer {token}"}

    for name in ("home", "accounts:settings", "contracts:earnings", "admin:index"):
        assert Client().get(reverse(name), headers=headers).status_code == 302


def test_it_does_no_more_than_its_scopes(acme, ada, organisation):
    sent = factories.proposal(factories.job(organisation), ada.expert)

    reads = ask(issue(acme, "read"), "api:shortlist-proposal", sent.public_id, json={})
    writes = ask(issue(acme, "jobs:write"), "api:proposals")
    in_public = ask(issue(acme, "jobs:write"), "api:jobs")

    for answer in (reads, writes, in_public):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/out_of_scope")
    sent.refresh_from_db()
    assert sent.status == "submitted"
    moved = ask(issue(acme, "proposals:write"), "api:shortlist-proposal", sent.public_id, json={})
    assert moved.json()["status"] == "shortlisted"


def test_staff_and_whoever_has_a_password_alone_get_none(acme, rhea, settings):
    rhea.is_staff = True
    with pytest.raises(PermissionDenied):
        issue(rhea)
    settings.REQUIRE_SECOND_FACTOR = True
    with pytest.raises(access_tokens.second_factors.SecondFactorFirst):
        issue(acme)
    assert not AccessToken.objects.exists()


def test_ten_are_enough_and_an_expired_one_does_not_count(acme):
    for _ in range(10):
        issue(acme)
    with pytest.raises(TooManyTokens):
        issue(acme)
    assert AccessToken.objects.count() == 10

    one = AccessToken.objects.first().pk
    AccessToken.objects.filter(pk=one).update(
        created_at=now() - timedelta(days=2), expires_at=now() - timedelta(days=1)
    )
    assert issue(acme)


def test_nobody_revokes_anothers_and_nobody_twice(client, acme, mallory):
    token = issue(acme)
    row = AccessToken.objects.get()
    client.force_login(mallory)

    assert client.post(reverse("accounts:revoke-token", args=[row.public_id])).status_code == 404
    assert ask(token).status_code == 200

    access_tokens.revoke(row, by=acme, at=now())
    with pytest.raises(IllegalMove):
        access_tokens.revoke(row, by=acme, at=now())


def test_its_use_is_noted_once_a_minute(acme):
    token = access_tokens.issue(name="CRM", scopes=["read"], days=30, by=acme, at=NOON)[1]

    for seconds in (0, 59, 61):
        access_tokens.find(token, at=NOON + timedelta(seconds=seconds))
        used = AccessToken.objects.get().last_used_at
        assert used == (NOON if seconds < 60 else NOON + timedelta(seconds=61))


def test_one_place_guesses_so_often_and_no_more(acme):
    token = issue(acme)
    # A window of ten minutes may end in between; twice as many are refused in any case.
    answers = [ask("at_no").status_code for _ in range(2 * BAD_TOKENS.most + 2)]

    assert answers[: BAD_TOKENS.most] == [401] * BAD_TOKENS.most
    assert 429 in answers
    assert ask(token).status_code == 200  # whoever has one is not kept out by others
