"""What was typed in a step of a draft and cannot be taken yet: half a budget, a word too long.

It is kept as the form sent it, beside what counts, and shown again to whoever comes back. The next
change of that step which can be taken takes its place, and until then the job is not published.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import selectors as people
from accounts.models import User
from jobs import policies
from jobs.models import Job


@transaction.atomic
def keep(job: Job, step: str, fields: Mapping[str, Any], *, by: User) -> None:
    """Keep what stands in a step of a draft; a job that is published changes by its button alone.

    :param step: "scope" or "budget".
    :param fields: what the form sent, by the names of its fields.
    :raises PermissionDenied: unless `by` hires for the organisation.
    """
    row = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    # Under the lock: a role that was taken away while this waited is gone.
    if not policies.may_post(people.membership(by, job.organisation)):
        raise PermissionDenied
    if row.status == Job.Status.DRAFT:
        row.typed = row.typed | {step: dict(fields)}
        row.save(update_fields=["typed"])
