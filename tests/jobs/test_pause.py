"""Pausing takes no more proposals; resuming takes them again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jobs.models import Job
from jobs.services import jobs
from tests.conftest import NOON


def test_a_paused_job_leaves_the_board_and_comes_back(client, job, acme):
    jobs.pause(job, by=acme, at=NOON)
    assert job.title not in client.get("/jobs/").text

    jobs.resume(job, by=acme, at=NOON)
    assert job.title in client.get("/jobs/").text


def test_a_viewer_neither_pauses_nor_resumes(job, viewer):
    with pytest.raises(PermissionDenied):
        jobs.pause(job, by=viewer, at=NOON)
    with pytest.raises(PermissionDenied):
        jobs.resume(job, by=viewer, at=NOON)

    job.refresh_from_db()
    assert job.status == Job.Status.OPEN
    assert not job.history.exists()


def test_the_buttons_do_it(client, job, acme):
    client.force_login(acme)

    client.post(reverse("jobs:pause", args=[job.public_id]))
    job.refresh_from_db()
    assert job.status == Job.Status.PAUSED

    client.post(reverse("jobs:resume", args=[job.public_id]))
    job.refresh_from_db()
    assert job.status == Job.Status.OPEN


def test_a_stale_button_gets_a_clear_answer(client, job, acme):
    client.force_login(acme)

    answer = client.post(reverse("jobs:resume", args=[job.public_id]))

    assert answer.status_code == 409
    assert "changed since you opened the page" in answer.text
