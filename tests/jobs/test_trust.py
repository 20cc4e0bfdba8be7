"""What experts may know of a client: it is counted, and not told where there is little."""

from datetime import timedelta

import pytest

from jobs.models import Job, Proposal
from jobs.selectors import clients
from jobs.services import messages, received
from tests import factories
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def history(organisation, acme):
    """Five experts wrote at noon; acme read four, answered three, and ended three of four jobs."""
    rows = [
        factories.proposal(
            factories.job(organisation), factories.expert(factories.user(name)), submitted_at=NOON
        )
        for name in ("Bo", "Cy", "Di", "Ed", "Fay")
    ]
    for row in rows[:4]:
        received.mark_viewed(row, by=acme, at=NOON + HOUR)
    received.shortlist(rows[0], by=acme, at=NOON + 2 * HOUR)
    received.decline(rows[0], reason="price", note="", by=acme, at=NOON + 50 * HOUR)
    messages.begin(rows[1], text="When?", files=[], by=acme, at=NOON + 3 * HOUR)
    received.decline(rows[2], reason="price", note="", by=acme, at=NOON + 40 * HOUR)
    # To put aside is no answer.
    received.archive(rows[3], by=acme, at=NOON + HOUR)
    Proposal.objects.filter(pk=rows[1].pk).update(status=Proposal.Status.HIRED)
    ended = [row.job_id for row in rows[:3]]
    Job.objects.filter(pk__in=ended).update(status=Job.Status.CLOSED)
    return rows


def test_figures_are_counted(history, organisation):
    trust = clients.trust(organisation)

    assert (trust.posted, trust.hires, trust.hire_percent, trust.read_percent) == (5, 1, 33, 80)
    assert trust.first_reply == 3 * HOUR
    assert not trust.has_paid


def test_with_little_to_count_no_share_is_named(proposal, organisation, client):
    trust = clients.trust(organisation)

    assert (trust.hire_percent, trust.read_percent, trust.first_reply) == (None, None, None)
    page = client.get(f"/jobs/{proposal.job.public_id}/").text
    assert "too few proposals so far" in page
    assert "Has not paid here yet" in page


def test_the_page_says_how_a_client_answers(history, organisation, client):
    page = client.get(f"/jobs/{history[4].job.public_id}/").text

    assert "33% of jobs end in a hire" in page
    assert "reads 80% of proposals" in page
    assert "usually answers within 3 hours" in page


def test_drafts_count_nothing(organisation):
    factories.job(organisation, status="draft", published_at=None)

    assert clients.trust(organisation).posted == 0


def test_others_jobs_count_nothing(history, mallory):
    assert clients.trust(factories.organisation(mallory)).posted == 0
