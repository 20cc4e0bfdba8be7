"""What Prometheus reads of the site: what processes counted, and what the database says now.

The second kind is asked when somebody scrapes, in a dozen short questions that indexes answer. It
is the same whichever process is asked.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Count, Min
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from accounts.models import Mail
from contracts.models import Operation, StripeEvent
from contracts.services import watching
from marketplace.celery import QUEUES, app
from marketplace.kit import metrics

# Operations that still move money, or wait for somebody to.
UNFINISHED = (
    *("decided", "pending", "sending", "submitted", "blocked", "frozen"),
    "under_review",
)


def page(*, at: datetime) -> bytes:
    """Return every metric in Prometheus's text format; `at` is what lags are measured to."""
    return generate_latest(metrics.counted()) + generate_latest(Now(at))


class Now(Collector):
    """What is true at one moment, read anew for each scrape."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Gauge]:
        """Read everything."""
        yield from self._outbox()
        yield from self._events()
        yield from self._operations()
        yield from self._books()
        yield self._queues()
        yield from self._room()

    def _outbox(self) -> Iterator[Gauge]:
        due = Mail.objects.filter(status=Mail.Status.QUEUED, due_at__lte=self.at)
        row = due.aggregate(many=Count("pk"), first=Min("due_at"))
        yield Gauge("attest_outbox_due", "Mails that should have left.", value=row["many"])
        yield Gauge(
            "attest_outbox_lag_seconds",
            "How long the oldest of them has waited.",
            value=self._since(row["first"]),
        )

    def _events(self) -> Iterator[Gauge]:
        new = StripeEvent.objects.filter(status=StripeEvent.Status.NEW, due_at__lte=self.at)
        row = new.aggregate(many=Count("pk"), first=Min("due_at"))
        yield Gauge("attest_events_due", "Webhooks that wait to be handled.", value=row["many"])
        yield Gauge(
            "attest_events_lag_seconds",
            "How long the oldest of them has waited.",
            value=self._since(row["first"]),
        )
        given_up = StripeEvent.objects.filter(status=StripeEvent.Status.DEAD).count()
        yield Gauge("attest_events_dead", "Webhooks a person has to look at.", value=given_up)

    def _operations(self) -> Iterator[Gauge]:
        rows = Operation.objects.filter(status__in=UNFINISHED).values("status")
        found = {row["status"]: row["many"] for row in rows.annotate(many=Count("pk")).order_by()}
        family = Gauge(
            "attest_operations", "Movements of money that are not finished.", labels=["status"]
        )
        for status in UNFINISHED:
            family.add_metric([status], found.get(status, 0))
        yield family

    def _books(self) -> Iterator[Gauge]:
        """What the watch over the books found; nothing at all when it does not come by."""
        watched = watching.last()
        if watched is None:
            return
        yield Gauge(
            "attest_books_violations",
            "Sentences about money that is not as it must be.",
            value=watched.violations,
        )
        yield Gauge(
            "attest_books_watched_seconds",
            "How long ago the watch came by.",
            value=self._since(watched.at),
        )
        family = Gauge(
            "attest_money_minor", "What lies in each kind of pot.", labels=["pot", "currency"]
        )
        for (pot, currency), minor in sorted(watched.money.items()):
            family.add_metric([pot, currency], minor)
        yield family

    def _queues(self) -> Gauge:
        family = Gauge("attest_queue_messages", "Messages nobody has taken yet.", labels=["queue"])
        if settings.REDIS_URL:
            with app.connection_for_read() as broker:
                for queue in QUEUES:
                    family.add_metric([queue], _waiting(broker, queue))
        return family

    def _room(self) -> Iterator[Gauge]:
        """How much room what people send still has; nothing where it lies in a bucket."""
        store: Any = default_storage
        free = store.free()
        if free is not None:
            yield Gauge("attest_media_free", "Share of its disk that is free, 0 to 1.", value=free)

    def _since(self, moment: datetime | None) -> float:
        return max((self.at - moment).total_seconds(), 0.0) if moment else 0.0


def _waiting(broker: Any, queue: str) -> float:
    """Return how long a queue is; in Valkey it is a list of its name."""
    return float(broker.default_channel.client.llen(queue))
