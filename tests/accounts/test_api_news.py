"""News through the API: what one was told, and having read it."""

import pytest

from accounts.models import Kind, Notification
from tests.conftest import NOON


@pytest.fixture
def news(acme) -> list[Notification]:
    return [
        Notification.objects.create(
            user=acme, kind=Kind.MATCH, key=key, subject=key, url=f"/{key}/", created_at=NOON
        )
        for key in ("first", "second")
    ]


def test_news_are_listed_and_read_one_by_one_or_all(program, news, acme):
    listed = program(acme, "get", "notifications").json()["results"]
    one = program(acme, "post", "read-notification", news[0].public_id, body={})

    assert [row["subject"] for row in listed] == ["second", "first"]
    assert listed[0]["url"].endswith("/second/")
    assert one.json()["read_at"]
    assert Notification.objects.unread().get() == news[1]
    assert program(acme, "post", "read-notifications", body={}).status_code == 204
    assert not Notification.objects.unread().exists()


def test_they_are_ones_own(program, news, mallory):
    assert program(mallory, "get", "notifications").json()["results"] == []
    assert (
        program(mallory, "post", "read-notification", news[0].public_id, body={}).status_code == 404
    )
    program(mallory, "post", "read-notifications", body={})
    assert Notification.objects.unread().count() == 2
