"""Closing a job needs an outcome, which becomes everyone's final answer."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, Notification
from jobs.models import Job, Proposal
from jobs.services import jobs
from tests import factories
from tests.conftest import NOON

ELSEWHERE = Job.Outcome.HIRED_ELSEWHERE


def test_everyone_who_waits_gets_the_outcome(proposal, acme, ada):
    jobs.close(proposal.job, outcome=ELSEWHERE, by=acme, at=NOON)

    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.CLOSED
    assert proposal.history.get().reason == ELSEWHERE
    notice = Notification.objects.get(user=ada)
    assert "Hired elsewhere" in notice.body
    assert Mail.objects.filter(to=ada.email).count() == 1
    proposal.job.refresh_from_db()
    assert (proposal.job.outcome, proposal.job.closed_at) == (ELSEWHERE, NOON)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "hired"])
def test_who_has_an_answer_keeps_it(proposal, acme, ada, status):
    Proposal.objects.filter(pk=proposal.pk).update(status=status)

    jobs.close(proposal.job, outcome=ELSEWHERE, by=acme, at=NOON)

    proposal.refresh_from_db()
    assert proposal.status == status
    assert not Notification.objects.filter(user=ada).exists()


def test_a_filled_job_closes_the_rest(proposal, acme, ada):
    hired = factories.proposal(
        proposal.job, factories.expert(factories.user("Bo")), status=Proposal.Status.HIRED
    )

    jobs.fill(proposal.job, by=hired.expert.user, at=NOON)

    proposal.refresh_from_db()
    hired.refresh_from_db()
    assert (proposal.status, hired.status) == (Proposal.Status.CLOSED, Proposal.Status.HIRED)
    assert "Hired here" in Notification.objects.get(user=ada).body


def test_a_viewer_closes_nothing(proposal, viewer, ada):
    with pytest.raises(PermissionDenied):
        jobs.close(proposal.job, outcome=ELSEWHERE, by=viewer, at=NOON)

    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.SUBMITTED
    assert Job.objects.get(pk=proposal.job_id).status == Job.Status.OPEN
    assert not Notification.objects.exists()


def test_the_page_asks_for_the_outcome(client, acme, proposal):
    client.force_login(acme)
    address = reverse("jobs:close", args=[proposal.job.public_id])

    page = client.get(address)
    assert "1 expert is waiting for an answer" in page.text
    for outcome in ("", "nonsense", "x\x00"):
        assert client.post(address, {"outcome": outcome}).status_code == 422
    assert Job.objects.get(pk=proposal.job_id).status == Job.Status.OPEN

    client.post(address, {"outcome": "cancelled"})
    assert Job.objects.get(pk=proposal.job_id).outcome == Job.Outcome.CANCELLED


def test_closing_twice_says_so_and_keeps_the_first_outcome(client, acme, job):
    client.force_login(acme)
    address = reverse("jobs:close", args=[job.public_id])
    client.post(address, {"outcome": "cancelled"})

    again = client.post(address, {"outcome": "no_budget"})

    assert again.status_code == 422
    assert "changed since you opened the page" in again.text
    assert Job.objects.get(pk=job.pk).outcome == Job.Outcome.CANCELLED


def test_a_closed_job_says_its_outcome_to_everyone(client, acme, job):
    jobs.close(job, outcome=ELSEWHERE, by=acme, at=NOON)

    assert "Hired elsewhere" in client.get(f"/jobs/{job.public_id}/").text
