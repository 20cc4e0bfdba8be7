"""A hint is sent after commit, and not by those who leave their work to the sweeps."""

from celery import shared_task
from django.db import transaction

from marketplace.kit.tasks import AfterCommit, left_to_the_sweeps


@shared_task(base=AfterCommit)
def look(**_):
    """Nothing is ever done: what counts is the hint."""


def test_a_hint_waits_for_the_commit(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hints, transaction.atomic():
        look.delay_on_commit(row=1)

    assert len(hints) == 1


def test_who_writes_rows_by_the_thousand_sends_no_hints(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hints:
        with left_to_the_sweeps():
            look.delay_on_commit(row=1)
        assert hints == []
        look.delay_on_commit(row=2)

    assert len(hints) == 1
