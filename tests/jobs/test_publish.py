"""Publishing shows a complete draft to experts, once."""

import pytest
from django.core.exceptions import PermissionDenied

from jobs import tasks
from jobs.models import Job
from jobs.services import jobs
from jobs.services.jobs import BudgetIsMissing, ScopeIsMissing
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON


@pytest.fixture
def sent(monkeypatch):
    """The messages that left for the worker."""
    messages = []
    monkeypatch.setattr(tasks.match_job, "apply_async", lambda **m: messages.append(m["kwargs"]))
    return messages


def test_a_complete_draft_opens_and_its_experts_are_looked_for(
    draft, acme, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        jobs.publish(draft, by=acme, at=NOON)

    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == (Job.Status.OPEN, NOON)
    assert draft.history.get().by == acme
    assert sent == [{"job_pk": draft.pk}]


def test_without_a_budget_it_is_refused(draft, acme, sent):
    Job.objects.filter(pk=draft.pk).update(budget_min_minor=None, budget_max_minor=None)

    with pytest.raises(BudgetIsMissing):
        jobs.publish(Job.objects.get(pk=draft.pk), by=acme, at=NOON)

    assert_still_a_draft(draft, sent)


@pytest.mark.parametrize("rows", ["checks", "skills"])
def test_without_checks_or_must_haves_it_is_refused(draft, acme, sent, rows):
    getattr(draft, rows).all().delete()

    with pytest.raises(ScopeIsMissing):
        jobs.publish(draft, by=acme, at=NOON)

    assert_still_a_draft(draft, sent)


def test_a_viewer_publishes_nothing(draft, viewer, sent):
    with pytest.raises(PermissionDenied):
        jobs.publish(draft, by=viewer, at=NOON)

    assert_still_a_draft(draft, sent)


def test_the_second_press_is_refused(draft, acme):
    stale = Job.objects.get(pk=draft.pk)
    jobs.publish(draft, by=acme, at=NOON)

    with pytest.raises(IllegalMove):
        jobs.publish(stale, by=acme, at=NOON)

    assert draft.history.count() == 1


def assert_still_a_draft(job, sent):
    job.refresh_from_db()
    assert (job.status, job.published_at) == (Job.Status.DRAFT, None)
    assert not job.history.exists()
    assert sent == []
