"""Whoever asks the API again with what they have is told when it is still so, and only then."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from jobs.models import Job
from tests import factories


@pytest.fixture
def job(acme) -> Job:
    return factories.job(Organisation.objects.get(memberships__user=acme))


@pytest.mark.parametrize("name", ["job", "jobs"])
def test_the_same_is_not_sent_again_and_a_change_is(name, client, job):
    address = reverse(f"api:{name}", args=[job.public_id] if name == "job" else [])
    first = client.get(address)
    had = {"If-None-Match": first["ETag"]}

    again = client.get(address, headers=had)
    Job.objects.update(title="Another title")
    changed = client.get(address, headers=had)

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "RateLimit" in again
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)
    assert "Another title" in changed.content.decode()


def test_what_may_no_longer_be_seen_is_not_confirmed(client, job, acme):
    client.force_login(acme)
    address = reverse("api:job", args=[job.public_id])
    had = {"If-None-Match": client.get(address)["ETag"]}
    client.logout()
    Job.objects.update(status=Job.Status.DRAFT)

    assert client.get(address, headers=had).status_code == 404
