"""Work that happens outside a request: load, one call, done."""

from typing import Any

from celery import shared_task

from accounts.tasks import send_due_mail
from experts.services import (
    ageing,
    checks,
    credentials,
    references,
    registry,
    scores,
    search_documents,
    search_sets,
    searches,
    uploads,
)
from marketplace.kit.clock import now
from marketplace.kit.tasks import AfterCommit


@shared_task(base=AfterCommit)
def age_badges(**_: Any) -> None:
    """Sweep: let dates of the registry come, age and lapse badges, and nudge their holders."""
    at = now()
    registry.advance(at=at)
    ageing.age_due(at=at)
    ageing.nudge_due(at=at)


@shared_task(base=AfterCommit)
def keep_credentials_up(**_: Any) -> None:
    """Sweep: issue the credentials that are missing or state another last day than their badge."""
    credentials.keep_all_up(at=now())


@shared_task(base=AfterCommit)
def tell_scores(**_: Any) -> None:
    """Sweep: tell the experts whose score changed, once a week each."""
    scores.tell_due(at=now())


@shared_task(base=AfterCommit)
def run_checks(application_pk: int, **_: Any) -> None:
    """Carry out what is due of one application's automatic checks."""
    checks.run(application_pk, at=now())


@shared_task(base=AfterCommit)
def run_due_checks(**_: Any) -> None:
    """Sweep: carry out every check that is due, and give up on referees who do not answer."""
    at = now()
    references.expire_due(at=at)
    checks.run_due(at=at)


@shared_task(base=AfterCommit)
def scan_upload(upload_pk: int, **_: Any) -> None:
    """Ask the scanner about one file."""
    uploads.scan(upload_pk, at=now())


@shared_task(base=AfterCommit)
def scan_due_uploads(**_: Any) -> None:
    """Sweep: ask the scanner about every file that still waits for its word."""
    uploads.scan_due(at=now())


@shared_task(base=AfterCommit)
def sweep_stray_uploads(**_: Any) -> None:
    """Sweep: delete files whose row never came, because a process died or a disk was full."""
    uploads.sweep_strays(at=now())


@shared_task(base=AfterCommit)
def keep_search_documents(**_: Any) -> None:
    """Sweep: order by the scores of this week, and mend what somebody wrote past the services."""
    search_documents.refresh_scores(at=now())
    search_documents.repair()


@shared_task(base=AfterCommit)
def gather_search(**_: Any) -> None:
    """Sweep: gather the search documents into sets anew when enough of them have changed."""
    search_sets.gather_if_due(at=now())


@shared_task(base=AfterCommit)
def tell_searches(**_: Any) -> None:
    """Sweep: tell whoever keeps a search who began to fit it, when they ask for it."""
    if searches.tell_due(at=now()):
        send_due_mail.delay_on_commit()
        tell_searches.delay_on_commit()
