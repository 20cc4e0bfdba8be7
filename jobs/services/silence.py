"""No job is left without an answer: one whose client says nothing pauses itself, and closes.

The clock starts when the client last did anything about the job (`heard`). What it ends in is said
before it happens, and whoever proposed gets an answer even if the client never comes back.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from jobs.models import Job
from jobs.models.job import CLOSES_AFTER, NOTICE_OF_CLOSING, NOTICE_OF_PAUSE, PAUSES_AFTER
from jobs.services import notices

Status = Job.Status


def heard(job: Job, *, at: datetime) -> None:
    """Remember that the client did something about a job; what is remembered never goes back."""
    Job.objects.filter(pk=job.pk).update(acted_at=Greatest(Coalesce("acted_at", at), at))


def silent(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of jobs that are to pause or close by now, the longest silent first."""
    rows = _to_pause(at) | _to_close(at)
    return list(rows.order_by("acted_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def end_silence(job_pk: int, *, at: datetime) -> Job:
    """Pause or close a job whose client has been silent too long; any other stays as it is."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job_pk)
    if _to_close(at).filter(pk=job.pk).exists():
        job.outcome, job.closed_at = Job.Outcome.NO_ANSWER, at
        job.move("expire", by=None, at=at)
        job.save(update_fields=["outcome", "closed_at"])
    elif _to_pause(at).filter(pk=job.pk).exists():
        job.move("fall_silent", by=None, at=at)
    return job


def warn(*, at: datetime) -> None:
    """Tell the clients whose jobs pause or close soon; each silence is warned of once."""
    for job in _to_pause(at + NOTICE_OF_PAUSE).exclude(pk__in=_to_pause(at).values("pk")):
        notices.job_will_pause(job, at)
    for job in _to_close(at + NOTICE_OF_CLOSING).exclude(pk__in=_to_close(at).values("pk")):
        notices.job_will_close(job, at)


def _to_pause(at: datetime) -> QuerySet[Job]:
    return Job.objects.filter(status=Status.OPEN, acted_at__lte=at - PAUSES_AFTER)


def _to_close(at: datetime) -> QuerySet[Job]:
    is_on_show = Q(status__in=(Status.OPEN, Status.PAUSED))
    return Job.objects.filter(is_on_show, acted_at__lte=at - CLOSES_AFTER)
