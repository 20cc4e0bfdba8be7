"""Where a person is signed in: kept by their visits, which seldom write."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client, ada):
    """Open a page as ada and return what it wrote."""
    client.force_login(ada)

    def visit(**headers) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("accounts:settings"), **headers).status_code == 200
        said = [query["sql"] for query in asked]
        return [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]

    return visit


def test_the_first_visit_is_noted_and_the_next_writes_nothing(visit, ada):
    assert visit()
    seen = UserSession.objects.get(user=ada).last_seen_at

    assert visit() == []
    assert UserSession.objects.get(user=ada).last_seen_at == seen


def test_a_later_visit_is_noted(visit, ada, monkeypatch):
    monkeypatch.setattr("marketplace.middleware.Visits.STALE", timedelta(0))
    visit()
    earlier = timezone.now() - timedelta(minutes=6)
    UserSession.objects.update(last_seen_at=earlier)

    assert visit()
    assert UserSession.objects.get(user=ada).last_seen_at > earlier


@pytest.mark.parametrize("where", [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_USER_AGENT": "other"}])
def test_another_address_or_browser_is_noted_at_once(visit, ada, where):
    visit()

    assert visit(**where)

    session = UserSession.objects.get(user=ada)
    assert where in ({"REMOTE_ADDR": session.ip}, {"HTTP_USER_AGENT": session.user_agent})
