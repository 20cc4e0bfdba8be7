"""What was typed in a step of a draft and cannot be taken yet: half a budget, a word too long.

It is kept as the form sent it, beside what counts, and shown again to whoever comes back. The next
change of that step which can be taken takes its place, and until then the job is not published.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from jobs.models import Job
from jobs.services import jobs


@transaction.atomic
def keep(job: Job, step: str, fields: Mapping[str, Any], *, by: User) -> None:
    """Keep what stands in a step of a draft; a job that is published changes by its button alone.

    :param step: "scope" or "budget".
    :param fields: what the form sent, by the names of its fields.
    :raises PermissionDenied: unless `by` hires for the organisation.
    """
    row = jobs.hold(job, by)
    if row.status == Job.Status.DRAFT:
        row.typed = row.typed | {step: dict(fields)}
        row.save(update_fields=["typed"])
