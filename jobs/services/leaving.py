"""What becomes of the jobs and proposals of somebody who is erased."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import Membership, User
from jobs.models import Job, Proposal
from jobs.services import jobs, proposals


def leave(person: User, *, at: datetime) -> None:
    """Take back what they proposed, and end the jobs of organisations that nobody else belongs to.

    Whoever proposed for those jobs is answered, as when any job closes.
    """
    for proposal in Proposal.objects.filter(expert__user=person):
        if proposal.may("withdraw"):
            proposals.withdraw(proposal, by=person, at=at)
    others = Membership.objects.filter(organisation=OuterRef("organisation")).exclude(user=person)
    theirs = Job.objects.filter(~Exists(others), organisation__memberships__user=person)
    for job in theirs:
        if job.may("close"):
            jobs.close(job, outcome=Job.Outcome.CANCELLED, by=person, at=at)
