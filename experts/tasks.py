"""Work that happens outside a request: load, one call, done."""

from typing import Any

from celery import shared_task
from django.utils.timezone import now

from experts.services import badges
from marketplace.kit.tasks import AfterCommit


@shared_task(base=AfterCommit)
def lapse_badges(**_: Any) -> None:
    """Sweep: end the badges whose last day is over."""
    badges.lapse_due(at=now())
