"""Who may be answered by a replica; that it really answers is the drill's (tests/drills_scale)."""

import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, resolve

from experts.models import Expert
from marketplace import replica
from marketplace.kit import reads
from tests.access_table import ACCESS

MONEY = ("fund", "earn", "spend", "contract", "payout", "document", "billing", "offer", "badge")


@pytest.fixture
def mirror(monkeypatch):
    """A replica that is the database itself, as Django's own test runner mirrors one."""
    monkeypatch.setattr(connections._connections, reads.REPLICA, connections["default"], False)


def asked(path="/jobs/", method="get", cookie="", **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    request.resolver_match = resolve(path)
    request.COOKIES["seen-db"] = cookie
    return request


def read_from(middleware, request):
    """The database that a view reads from, if the middleware makes the page itself."""
    answer = middleware.process_view(request, lambda _: HttpResponse(reads.alias()), (), {})
    return answer and answer.text


@pytest.fixture
def middleware():
    return replica.Reads(lambda _: HttpResponse())


@pytest.fixture
def level(monkeypatch):
    """It has replayed what it is asked about."""
    monkeypatch.setattr(replica, "STATE", "SELECT %s >= '0/0' AND %s > 0")


def test_what_may_be_read_from_it_is_open_to_everybody():
    open_to_all = {str(row[0]) for row in ACCESS if row[1] == "get" and row[3] == 200}

    pages = {name for name in replica.PUBLIC if not name.startswith("sitemap")}
    assert pages <= open_to_all
    assert not [name for name in replica.PUBLIC if any(word in name for word in MONEY)]
    assert {name.partition(":")[0] for name in pages if ":" in name} <= set(
        get_resolver().namespace_dict
    )


@pytest.mark.django_db
def test_a_public_page_is_and_what_follows_is_not(mirror, level, middleware):
    assert read_from(middleware, asked()) == reads.REPLICA
    assert reads.alias() == reads.PRIMARY


@pytest.mark.django_db
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"path": "/contracts/"}, id="money"),
        pytest.param({"path": "/home/"}, id="ones own"),
        pytest.param({"method": "post"}, id="a form"),
        pytest.param({"path": "/api/v1/jobs/", "Authorization": "Bearer x"}, id="a token"),
    ],
)
def test_other_pages_are_not(mirror, level, middleware, request_):
    assert read_from(middleware, asked(**request_)) is None


@pytest.mark.django_db
def test_one_that_has_not_replayed_is_not_asked(mirror, middleware):
    # Our own database replays nothing at all, which is what one that was cut off looks like.
    assert read_from(middleware, asked(cookie="0/1")) is None


@pytest.mark.django_db
def test_one_that_breaks_off_is_left_alone_and_the_primary_answers(mirror, level, middleware):
    def breaks(_):
        raise OperationalError("terminating connection")

    assert middleware.process_view(asked(), breaks, (), {}) is None
    assert read_from(middleware, asked()) is None
    assert reads.alias() == reads.PRIMARY


@pytest.mark.django_db
def test_whoever_sends_a_form_carries_the_place_of_the_log():
    answer = replica.Reads(lambda _: HttpResponse())(asked(method="post"))

    assert replica.PLACE.fullmatch(answer.cookies["seen-db"].value)
    assert answer.cookies["seen-db"]["httponly"]
    assert not replica.Reads(lambda _: HttpResponse())(asked()).cookies


@pytest.mark.django_db
def test_what_is_no_place_is_none(mirror, level, middleware):
    assert read_from(middleware, asked(cookie="'; SELECT 1 --")) == reads.REPLICA


def test_reads_go_where_the_request_said_and_writes_to_the_primary():
    router = replica.Router()
    with reads.from_replica():
        assert router.db_for_read(Expert) == reads.REPLICA
        assert router.db_for_write(Expert) == reads.PRIMARY
    assert router.db_for_read(Expert) == reads.PRIMARY
    assert not router.allow_migrate(reads.REPLICA, "experts")
