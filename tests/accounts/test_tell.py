"""Telling people things: once per fact, by mail when they want it."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Kind, Mail, Notification
from accounts.services import notifications
from accounts.services.notifications import Message
from tests import factories
from tests.conftest import NOON


def message(user, **fields):
    return Message(
        **{
            "user": user,
            "kind": Kind.MATCH,
            "key": "match:job_1",
            "subject": "A job fits you",
            "body": "RAG level 3",
            "url": "/jobs/job_1/",
            "action": "Read the job",
        }
        | fields
    )


def test_telling_writes_a_notice_and_a_queued_mail(ada):
    notifications.tell(message(ada), at=NOON)

    assert Notification.objects.get(user=ada).subject == "A job fits you"
    mail = Mail.objects.get()
    assert (mail.to, mail.status) == (ada.email, "queued")
    assert "http://localhost:8000/jobs/job_1/" in mail.text
    assert "http://localhost:8000/jobs/job_1/" in mail.html


def test_the_same_fact_is_told_once(ada):
    notifications.tell(message(ada), at=NOON)
    notifications.tell(message(ada), at=NOON)

    assert Notification.objects.filter(user=ada).count() == Mail.objects.count() == 1


def test_the_database_refuses_the_same_fact_twice(ada):
    notifications.tell(message(ada), at=NOON)

    with pytest.raises(IntegrityError, match="notification_told_once"), transaction.atomic():
        Notification.objects.create(
            user=ada, kind="match", key="match:job_1", subject="again", url="/", created_at=NOON
        )


def test_telling_many_costs_the_same_number_of_queries(db, django_assert_max_num_queries):
    people = [factories.user(f"Reader {number}") for number in range(30)]

    with django_assert_max_num_queries(14):
        notifications.tell_all([message(person) for person in people], at=NOON)

    assert Notification.objects.count() == Mail.objects.filter(status="queued").count() == 30


def test_telling_many_again_tells_only_the_new(ada, mallory):
    notifications.tell(message(ada), at=NOON)

    notifications.tell_all([message(ada), message(mallory)], at=NOON)

    assert Mail.objects.filter(to=ada.email).count() == 1
    assert Mail.objects.filter(to=mallory.email).count() == 1


def test_reading_keeps_the_first_time(ada):
    notifications.tell(message(ada), at=NOON)
    notice = Notification.objects.get()

    notifications.mark_read([notice], at=NOON)
    notifications.mark_read([notice], at=NOON.replace(hour=18))

    notice.refresh_from_db()
    assert notice.read_at == NOON
