"""Work that happens outside a request: load, one call, done."""

from typing import Any

from celery import shared_task
from django.utils.timezone import now

from experts.services import ageing, credentials, registry
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
