"""Work that happens outside a request: load, one call, done."""

from typing import Any

from celery import shared_task
from django.utils.timezone import now

from contracts.services import feedback, milestones, offers
from marketplace.kit.tasks import AfterCommit


@shared_task(base=AfterCommit)
def expire_offers(**_: Any) -> None:
    """Sweep: end the offers nobody answered in time."""
    offers.expire_due(at=now())


@shared_task(base=AfterCommit)
def publish_feedback(**_: Any) -> None:
    """Sweep: publish what one side alone said once the window has ended."""
    feedback.publish_due(at=now())


@shared_task(base=AfterCommit)
def remind_of_reviews(**_: Any) -> None:
    """Sweep: remind clients of work that waits for them, three days and one day before the end."""
    milestones.remind_of_reviews(at=now())
