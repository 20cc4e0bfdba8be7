"""The set of the jobs tests: Acme's open job that Ada fits, and her proposal to it."""

from datetime import date

import pytest

from accounts.models import Membership, Organisation, User
from experts.models import Expert
from jobs.models import Job, JobCheck, JobSkill, PlannedMilestone, Proposal, ProposedMilestone
from tests import factories
from tests.conftest import NOON
from tests.jobs import written
from tests.laid import laid


@pytest.fixture
def organisation(acme) -> Organisation:
    """Acme."""
    return Organisation.objects.get(memberships__user=acme)


@laid
def job(organisation) -> Job:
    """Acme's open job: RAG at level 2, two checks, a plan of two milestones."""
    row = factories.job(
        organisation,
        budget_min_minor=6_000_00,
        budget_max_minor=22_000_00,
        screening_question="Which questions should it refuse?",
        shared_hours=0,
    )
    JobSkill.objects.create(job=row, skill=factories.skill("rag"), is_must=True, level=2)
    for position, metric in enumerate(("Faithfulness", "Right citation"), start=1):
        JobCheck.objects.create(
            job=row, position=position, metric=metric, comparator=">=", target="95", unit="%"
        )
    for position, title in enumerate(("Baseline", "Handover"), start=1):
        PlannedMilestone.objects.create(job=row, position=position, title=title, share_percent=50)
    return row


@laid
def draft(job) -> Job:
    """The same job before it was published."""
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DRAFT, published_at=None)
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def expert(ada) -> Expert:
    """Ada's profile."""
    return ada.expert


@laid
def proposal(job, expert) -> Proposal:
    """Ada's proposal, as Acme received it."""
    row = factories.proposal(job, expert)
    for position, due_on in enumerate((date(2030, 1, 20), date(2030, 2, 10)), start=1):
        ProposedMilestone.objects.create(
            proposal=row,
            position=position,
            title=f"Part {position}",
            amount_minor=7_000_00,
            due_on=due_on,
        )
    for check in job.checks.all():
        row.answers.create(job_check=check, commits=True)
    return row


@laid
def viewer(organisation) -> User:
    """A member of Acme who may look and nothing else."""
    user = factories.user("Vera Viewer")
    Membership.objects.create(
        organisation=organisation, user=user, role=Membership.Role.VIEWER, created_at=NOON
    )
    return user


@pytest.fixture
def answers(job) -> dict[str, object]:
    """What Ada writes: the keywords of `proposals.send`."""
    return written.proposal(job)
