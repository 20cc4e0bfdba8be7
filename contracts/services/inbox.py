"""What Stripe tells us: stored once, handled once, and only ever taken as a hint to go and ask.

An event says that something happened to an object. We fetch the object as it is now, holding no
lock, and let the service that owns it take note; so events may come twice, late or in any order.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from contracts import gateway
from contracts.models import Operation, Payment, PayoutAccount, StripeEvent
from contracts.services import funding, onboarding, operations, senders

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 12
REFUSALS_ARE_KEPT = timedelta(days=30)

# What to do inside the transaction that finishes the event.
TakeNote = Callable[[datetime], object]
# Asks Stripe about the event's object; returns nothing when it is none of ours.
Reducer = Callable[[StripeEvent], TakeNote | None]


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


# --- Reducers


def _session(event: StripeEvent) -> TakeNote | None:
    """The page itself names the payment, so this works before we have heard of the page."""
    session = gateway.provider().checkout(event.object_id)
    return _settled(session.payment_id, session)


def _charge_or_intent(event: StripeEvent) -> TakeNote | None:
    payment_id = gateway.provider().payment_of(event.object_id)
    payment = Payment.objects.filter(public_id=payment_id).first()
    if payment is None or not payment.session_id:
        # Not ours, or so new that the page's own event is still to come.
        return None
    return _settled(payment_id, gateway.provider().checkout(payment.session_id))


def _settled(payment_id: str, session: gateway.Session) -> TakeNote | None:
    payment = Payment.objects.filter(public_id=payment_id).first()
    if payment is None:
        return None
    return lambda at: funding.settle(payment, session, at=at)


def _transfer(event: StripeEvent) -> TakeNote | None:
    transfer = gateway.provider().transfer_by_id(event.object_id)
    operation = Operation.objects.filter(public_id=transfer.operation_id).first()
    if operation is None:
        return None
    return lambda at: operations.settle(operation, senders.seen_transfer(transfer), at=at)


def _refund(event: StripeEvent) -> TakeNote | None:
    refund = gateway.provider().refund_by_id(event.object_id)
    operation = Operation.objects.filter(public_id=refund.operation_id).first()
    if operation is None:
        return None
    return lambda at: operations.settle(operation, senders.seen_refund(refund), at=at)


def _payout(event: StripeEvent) -> TakeNote | None:
    payout = gateway.provider().payout_by_id(event.object_id)
    operation = Operation.objects.filter(public_id=payout.operation_id).first()
    if operation is None:
        return None
    return lambda at: operations.settle(operation, senders.seen_payout(payout), at=at)


def _account(event: StripeEvent) -> TakeNote | None:
    account = PayoutAccount.objects.filter(stripe_id=event.account or event.object_id).first()
    if account is None:
        return None
    seen = gateway.provider().account(account.stripe_id)
    return lambda at: onboarding.settle(account, seen, at=at)


def _payout_details(event: StripeEvent) -> TakeNote | None:
    """Where an expert's money goes after their account has changed."""
    account = PayoutAccount.objects.filter(stripe_id=event.account).first()
    if account is None:
        return None
    return lambda at: onboarding.note_new_details(account, source=event.event_id, at=at)


# By endpoint, because the same type may come from a connected account, about an object of theirs.
REDUCERS: Mapping[str, Mapping[str, Reducer]] = {
    "platform": {
        "checkout.session.completed": _session,
        "checkout.session.async_payment_succeeded": _session,
        "checkout.session.async_payment_failed": _session,
        "checkout.session.expired": _session,
        "payment_intent.succeeded": _charge_or_intent,
        "payment_intent.processing": _charge_or_intent,
        "payment_intent.payment_failed": _charge_or_intent,
        "payment_intent.canceled": _charge_or_intent,
        "charge.succeeded": _charge_or_intent,
        "charge.updated": _charge_or_intent,
        "charge.failed": _charge_or_intent,
        "transfer.created": _transfer,
        "refund.created": _refund,
        "refund.updated": _refund,
        "refund.failed": _refund,
        "payout.created": _payout,
        "payout.updated": _payout,
        "payout.paid": _payout,
        "payout.failed": _payout,
        "payout.canceled": _payout,
    },
    "connect": {
        "account.updated": _account,
        "account.application.deauthorized": _account,
        "account.external_account.created": _payout_details,
        "account.external_account.updated": _payout_details,
        "account.external_account.deleted": _payout_details,
    },
    "thin": {
        "v2.core.account.updated": _account,
        "v2.core.account.closed": _account,
        "v2.core.account[requirements].updated": _account,
        "v2.core.account[configuration.recipient].capability_status_updated": _account,
    },
}
