"""Servers that are away: a page says when to come back, reads go on without the cache."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as NoRedis

from jobs.models import Job
from marketplace.kit import cache as kept
from tests import factories

pytestmark = pytest.mark.django_db
# Nobody listens there, whatever else runs on this machine.
NOWHERE = {"BACKEND": "marketplace.kit.cache.Spared", "LOCATION": "redis://127.0.0.1:9/0"}


@pytest.fixture
def visitor():
    """A browser that shows what comes, errors too."""
    return Client(raise_request_exception=False)


@pytest.fixture
def no_valkey(settings, monkeypatch):
    """The cache is away, and nobody has noticed yet."""
    monkeypatch.setattr(kept.Spared, "back_at", 0.0)
    settings.CACHES = settings.CACHES | {"default": NOWHERE}


@pytest.fixture
def member(visitor, acme):
    """Acme, signed in while all was well."""
    visitor.force_login(acme)
    return visitor


def away(*_):
    raise OperationalError("server closed the connection unexpectedly")


def broken(*_):
    raise RuntimeError("our own")


def test_without_the_database_a_page_says_when_to_come_back(visitor):
    with connection.execute_wrapper(away):
        answer = visitor.get("/jobs/", headers={"Accept-Language": "de"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer["Cache-Control"] == "no-store"
    assert 'lang="de"' in answer.text
    assert "Gleich wieder da" in answer.text


def test_a_program_reads_a_problem(visitor):
    with connection.execute_wrapper(away):
        answer = visitor.get("/api/v1/jobs/")

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["type"] == "/problems/away"
    assert answer["Retry-After"] == "10"


def test_a_process_without_its_database_is_not_ready_and_lives(visitor):
    with connection.execute_wrapper(away):
        assert visitor.get(reverse("readyz")).status_code == 503
        assert visitor.get(reverse("healthz")).status_code == 200


def test_a_fault_of_ours_is_no_outage(visitor):
    with connection.execute_wrapper(broken):
        answer = visitor.get("/jobs/")

    assert answer.status_code == 500
    assert not answer.has_header("Retry-After")


def test_members_read_on_without_the_cache(member, no_valkey):
    assert member.get(reverse("home")).status_code == 200
    assert member.get(reverse("jobs:client-jobs")).status_code == 200
    assert member.get("/api/v1/jobs/").status_code == 200


def test_nobody_signs_in_while_nobody_counts(acme, visitor, no_valkey):
    sent = {"login": acme.email, "password": "whatever it is"}

    assert visitor.post(reverse("account_login"), sent).status_code == 503
    assert not Session.objects.exists()


def test_nor_is_anything_published(member, acme, no_valkey):
    job = factories.job(acme.memberships.get().organisation, status=Job.Status.DRAFT)

    assert member.post(reverse("jobs:publish", args=[job.public_id])).status_code == 503

    job.refresh_from_db()
    assert job.status == Job.Status.DRAFT


def test_who_signs_out_hears_that_it_failed(member, no_valkey):
    assert member.post(reverse("account_logout")).status_code == 503


def test_a_server_that_failed_is_left_alone_for_a_while(no_valkey, monkeypatch):
    cache = caches["default"]
    assert cache.get("anything", "nothing") == "nothing"
    asked = []
    monkeypatch.setattr(type(cache).__mro__[1], "get", lambda *_: asked.append(1))

    assert cache.get("anything", "nothing") == "nothing"
    assert not asked
    with pytest.raises(NoRedis):
        cache.incr("count")
    monkeypatch.setattr(kept.Spared, "back_at", 0.0)
    cache.get("anything")
    assert asked
