"""Warns both sides of delivered work that a model it runs on retires (product rule D12)."""

from datetime import datetime, timedelta

from django.db.models import Q

from contracts.selectors import deliveries
from contracts.services import notices
from experts.models import ModelRelease

# The second warning comes so long before the model stops.
LAST_WARNING = timedelta(days=30)


def warn_due(*, at: datetime) -> None:
    """Warn when a model is deprecated and again shortly before it stops; each is sent once."""
    today = at.date()
    still_runs = Q(shutdown_on=None) | Q(shutdown_on__gte=today)
    for delivery in deliveries.running_on(ModelRelease.objects.retiring().filter(still_runs)):
        end = delivery.release.shutdown_on
        is_last = end is not None and end <= today + LAST_WARNING
        notices.model_retires(delivery, at, is_last=is_last)
