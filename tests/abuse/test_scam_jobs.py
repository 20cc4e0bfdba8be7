"""Scam jobs wait for our staff, and honest ones are live at once."""

import pytest

from jobs.models import Job
from jobs.services import jobs, reviews
from tests.abuse import posts
from tests.conftest import NOON

LEAST_HELD = 57
MOST_HELD_OF_HONEST = 2


@pytest.mark.parametrize("half", [posts.known, posts.held_out])
def test_of_60_scams_57_are_held_and_of_200_honest_jobs_two_at_most(half):
    scams, honest = half()
    missed = [text for text in scams if not reviews.lures_of(Job(scope=text))]
    false = [text for text in honest if reviews.lures_of(Job(scope=text))]

    assert len(scams) - len(missed) >= LEAST_HELD, missed
    assert len(false) <= MOST_HELD_OF_HONEST, false


def test_what_is_held_is_seen_by_nobody_until_a_person_has_looked(draft, acme, client, ada):
    Job.objects.filter(pk=draft.pk).update(scope=posts.SCAMS_HELD_OUT[0])

    held = jobs.publish(Job.objects.get(pk=draft.pk), by=acme, at=NOON)

    assert (held.status, held.published_at) == (Job.Status.IN_REVIEW, None)
    client.force_login(ada)
    assert client.get(f"/jobs/{held.public_id}/").status_code == 404
