"""Whose programs hear that a job or a proposal has moved: those who may see where it stands."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Topic
from accounts.services import webhooks
from jobs.models import Job, Proposal

# How a client keeps their lists; the expert is shown nothing of it.
CLIENTS_OWN = {Proposal.Status.ARCHIVED}


def job_moved(job: Job, at: datetime) -> None:
    """Tell the client's."""
    webhooks.announce(
        job,
        topic=Topic.JOB,
        url=reverse("jobs:detail", args=[job.public_id]),
        organisation_pk=job.organisation_id,
        at=at,
    )


def proposal_moved(proposal: Proposal, at: datetime) -> None:
    """Tell the expert's, and the client's once it was sent to them."""
    is_sent = proposal.submitted_at is not None
    webhooks.announce(
        proposal,
        topic=Topic.PROPOSAL,
        url=reverse("jobs:proposal", args=[proposal.public_id]),
        person=None if proposal.status in CLIENTS_OWN else proposal.expert.user,
        organisation_pk=proposal.job.organisation_id if is_sent else None,
        at=at,
    )
