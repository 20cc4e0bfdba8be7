"""Work that happens outside a request: load, one call, done."""

from typing import Any

from celery import shared_task

from accounts.tasks import send_due_mail
from jobs.models import Job
from jobs.services import alerts, board_changes, invitations, matching, silence
from marketplace.kit.clock import now
from marketplace.kit.tasks import AfterCommit


@shared_task(base=AfterCommit)
def match_job(*, job_pk: int, **_: Any) -> None:
    """Find the experts a published job fits; safe to run twice."""
    if matching.match(job_pk, at=now()):
        tell_matches.delay_on_commit()


@shared_task(base=AfterCommit)
def tell_matches(**_: Any) -> None:
    """Sweep: tell experts of the jobs found for them, when their alerts ask for it."""
    if alerts.tell_due(at=now()):
        send_due_mail.delay_on_commit()
        tell_matches.delay_on_commit()


@shared_task(base=AfterCommit)
def match_waiting_jobs(**_: Any) -> None:
    """Sweep: match whatever a lost message, a dead worker or an edit left to do."""
    for job_pk in Job.objects.unmatched().order_by("published_at").values_list("pk", flat=True):
        match_job.delay_on_commit(job_pk=job_pk)


@shared_task(base=AfterCommit)
def sweep_silence(**_: Any) -> None:
    """Hand out one message per job whose client has been silent too long."""
    for job_pk in silence.silent(at=now()):
        end_silence.delay_on_commit(job_pk=job_pk)


@shared_task(base=AfterCommit)
def end_silence(*, job_pk: int, **_: Any) -> None:
    """Pause or close one job, unless its client has come back."""
    silence.end_silence(job_pk, at=now())


@shared_task(base=AfterCommit)
def warn_of_silence(**_: Any) -> None:
    """Tell clients what happens to their jobs if they go on saying nothing."""
    silence.warn(at=now())


@shared_task(base=AfterCommit)
def expire_invitations(**_: Any) -> None:
    """End invitations that nobody answered within their week."""
    invitations.expire_due(at=now())


@shared_task(base=AfterCommit)
def sweep_board_changes(**_: Any) -> None:
    """Keep the notes of what changed on the board few."""
    board_changes.sweep()
