"""What of jobs can be reported to our staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Flagged, flaggable
from accounts.models import User
from jobs.models import Job

JOB = "job"


@flaggable(JOB, _("Report a job"))
def a_job(reader: User, public_id: str) -> Flagged | None:
    """Find a published job; it is of those who hire for its client."""
    jobs = Job.objects.visible_to(reader).exclude(status=Job.Status.DRAFT)
    job = jobs.filter(public_id=public_id).select_related("organisation").first()
    if job is None:
        return None
    return Flagged(
        kind=JOB,
        about=job.public_id,
        title=job.title,
        url=reverse("jobs:detail", args=[job.public_id]),
        owners=[row.user for row in job.organisation.memberships.select_related("user")],
    )
