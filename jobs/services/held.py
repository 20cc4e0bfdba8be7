"""Open jobs whose client may answer nobody, by sanctions: paused, and opened again as they were."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import Membership, Sanction, Standing
from jobs.models import Job, JobEvent
from jobs.models.job import JobQuerySet

HIRING = (Membership.Role.OWNER, Membership.Role.HIRING)
CAN_ANSWER = (Standing.GOOD, Standing.LIMITED)


def hold(sanction: Sanction, *, at: datetime) -> None:
    """Pause the jobs that nobody is left to answer for; whoever proposed keeps their place.

    Their silence counts from now, so that nobody waits for ever: the month in which a job closes
    is longer than the three weeks in which an appeal is made and answered.
    """
    for job in _jobs_of(sanction).open().exclude(_has_somebody()):
        job.move("hold", by=None, at=at, reason=sanction.public_id)


def release(sanction: Sanction, *, at: datetime) -> None:
    """Open those again that were paused so and that somebody may answer for now, and no others."""
    last = JobEvent.objects.filter(row=OuterRef("pk")).order_by("-pk").values("verb")[:1]
    paused = _jobs_of(sanction).filter(_has_somebody(), status=Job.Status.PAUSED)
    for job in paused.alias(last_verb=Subquery(last)).filter(last_verb="hold"):
        job.move("resume", by=None, at=at, reason=sanction.public_id)


def _jobs_of(sanction: Sanction) -> JobQuerySet:
    return Job.objects.filter(
        organisation__memberships__user=sanction.user_id,
        organisation__memberships__role__in=HIRING,
    ).order_by("pk")


def _has_somebody() -> Exists:
    return Exists(
        Membership.objects.filter(
            organisation=OuterRef("organisation"),
            role__in=HIRING,
            user__is_active=True,
            user__standing__in=CAN_ANSWER,
        )
    )
