"""What Stripe tells us: stored once, handled once, and only ever taken as a hint to go and ask.

An event says that something happened to an object. We fetch the object as it is now, holding no
lock, and let the service that owns it take note; so events may come twice, late or in any order.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from redis.exceptions import RedisError

from accounts.models import User
from contracts import gateway, policies
from contracts.models import PayoutAccount, StripeEvent
from contracts.services.reducers import REDUCERS, TakeNote

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 12
REFUSALS_ARE_KEPT = timedelta(days=30)


@transaction.atomic
def receive(notice: gateway.Notice, *, endpoint: str, at: datetime) -> tuple[StripeEvent, bool]:
    """Store a proven notice once; return it and whether it is new."""
    event, is_new = StripeEvent.objects.get_or_create(
        event_id=notice.id,
        defaults={
            "endpoint": endpoint,
            "kind": notice.kind,
            "object_id": notice.object_id,
            "account": notice.account,
            "livemode": notice.livemode,
            "payload": notice.payload,
            "received_at": at,
            "due_at": at,
        },
    )
    if is_new and (reason := _not_for_us(notice, endpoint)):
        event.move("ignore", by=None, at=at, reason=reason)
    return event, is_new


def count_refusal(endpoint: str, reason: str, *, at: datetime) -> None:
    """Count a message that proved nothing; it leaves no row, so that nobody can fill our tables."""
    log.warning("webhook.refused", extra={"endpoint": endpoint, "reason": reason})
    name = _refusals_of(endpoint, at)
    try:
        cache.add(name, 0, timeout=REFUSALS_ARE_KEPT.total_seconds())
        cache.incr(name)
    except (RedisError, ValueError):
        # The count may be off by what came while the cache was away; the log has them all.
        log.warning("webhook.refused.not_counted", extra={"endpoint": endpoint})


def refusals(endpoint: str, *, at: datetime) -> int:
    """Return how many messages an endpoint has refused on the day of `at`."""
    return int(cache.get(_refusals_of(endpoint, at), 0))


def _not_for_us(notice: gateway.Notice, endpoint: str) -> str:
    """Say why an event is kept and never handled, or nothing.

    Stripe sends test events of connected accounts to live endpoints as well, and an endpoint for
    connected accounts hears of all of them, so neither is a forgery.
    """
    if notice.livemode != settings.STRIPE_LIVEMODE:
        return "livemode"
    if endpoint == "platform" and notice.account:
        return "account"
    ours = PayoutAccount.objects.filter(stripe_id=notice.account or notice.object_id)
    if endpoint == "connect" and not ours.exists():
        return "account"
    return ""


def _refusals_of(endpoint: str, at: datetime) -> str:
    return f"webhook.refused:{endpoint}:{at:%Y-%m-%d}"


def due(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of events somebody should handle now, the longest waiting first."""
    rows = StripeEvent.objects.filter(status=StripeEvent.Status.NEW, due_at__lte=at)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def handle(event_pk: int, *, at: datetime) -> None:
    """Handle one event, if it is due; a second worker finds nothing to do.

    :raises Exception: whatever went wrong, after it has been written on the event.
    """
    event = _claim(event_pk, at)
    if event is None:
        return
    try:
        take_note = _asked(event)
        _finish(event, take_note, at)
    except gateway.Unavailable as error:
        log.warning("event.postponed", extra={"event": event.pk, "code": error.code})
        _note_error(event, error)
    except Exception as error:
        _note_error(event, error)
        raise


@transaction.atomic
def replay(event: StripeEvent, *, reason: str, by: User, at: datetime) -> StripeEvent:
    """Have an event handled once more: its object is asked about anew, and counts as it is then.

    :raises PermissionDenied: unless `by` watches over the money.
    :raises IllegalMove: while it is being handled anyway.
    """
    event = StripeEvent.objects.select_for_update().get(pk=event.pk)
    if not policies.may_watch_money(by):
        raise PermissionDenied
    event.move("replay", by=by, at=at, reason=reason)
    event.attempts, event.due_at = 0, at
    event.save(update_fields=["attempts", "due_at"])
    return event


@transaction.atomic
def _claim(event_pk: int, at: datetime) -> StripeEvent | None:
    """Take a due event by putting its next attempt off; of two workers one gets it."""
    rows = StripeEvent.objects.select_for_update(skip_locked=True)
    event = rows.filter(pk=event_pk, status=StripeEvent.Status.NEW, due_at__lte=at).first()
    if event is None:
        return None
    if event.attempts >= MOST_ATTEMPTS:
        log.error("event.dead", extra={"event": event.pk, "kind": event.kind})
        event.move("give_up", by=None, at=at, reason=event.error[:200])
        return None
    event.due_at = at + min(FIRST_WAIT * 2**event.attempts, LONGEST_WAIT)
    event.attempts += 1
    event.save(update_fields=["due_at", "attempts"])
    return event


def _asked(event: StripeEvent) -> TakeNote | None:
    """Fetch what the event is about, outside every transaction."""
    reducer = REDUCERS.get(event.endpoint, {}).get(event.kind)
    if reducer is None:
        return None
    try:
        return reducer(event)
    except gateway.Rejected as error:
        if error.code == "resource_missing":
            return None
        raise


@transaction.atomic
def _finish(event: StripeEvent, take_note: TakeNote | None, at: datetime) -> None:
    """Take note and finish the event together, unless another worker was faster."""
    rows = StripeEvent.objects.select_for_update()
    event = rows.get(pk=event.pk)
    if event.status != StripeEvent.Status.NEW:
        return
    if take_note is None:
        event.move("ignore", by=None, at=at)
        return
    take_note(at)
    event.move("finish", by=None, at=at)


def _note_error(event: StripeEvent, error: Exception) -> None:
    StripeEvent.objects.filter(pk=event.pk).update(error=f"{type(error).__name__}: {error}")
