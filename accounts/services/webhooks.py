"""Telling people's own programs what happens: signed messages through an outbox.

As standardwebhooks.com describes it (2025): `webhook-id`, `webhook-timestamp` and a
`webhook-signature` of both and the body. A message names what moved and where it stands, nothing
of what it says: whoever hears it reads the rest as themselves.
"""

import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from random import uniform
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Delivery, Kind, User, Webhook
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit import egress
from marketplace.kit.errors import DomainError
from marketplace.kit.sealing import open_sealed, seal
from marketplace.kit.states import IllegalMove

PREFIX = "whsec_"
SECRET_BYTES = 32
MOST_WEBHOOKS = 5
# A worker that dies while sending leaves its message to the next sweep after this long.
LEASE = timedelta(minutes=2)
# How long we wait after each try that failed: the schedule of standardwebhooks.com, a day in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
# So that messages that failed together are not tried together.
JITTER = 0.2
# HTTP's word for an address that wants nothing more.
GONE = 410
PING = "ping"


class TooManyWebhooks(DomainError):
    """Each move is told to each address; one person needs few."""

    code = "too_many_webhooks"
    sentence = gettext_lazy("You have five webhooks, which is the limit. Remove one first.")


@transaction.atomic
def add(*, url: str, topics: Collection[str], by: User, at: datetime) -> Webhook:
    """Begin to tell an address of one's own what happens.

    :raises AddressRefused: unless it is https and may be on the public web.
    :raises TooManyWebhooks: beyond five.
    """
    egress.judge(url)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Webhook.objects.visible_to(by).count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    webhook = Webhook.objects.create(
        user=by, url=url, topics=sorted(topics), secret=seal(_new_secret()), created_at=at
    )
    webhook.move("start", by=by, at=at)
    return webhook


def secret_of(webhook: Webhook) -> str:
    """Return what its messages are signed with, as its owner's program wants it."""
    return open_sealed(webhook.secret)


def renew_secret(webhook: Webhook) -> None:
    """Sign with another secret from now on; the old one may have been seen."""
    webhook.secret = seal(_new_secret())
    webhook.save(update_fields=["secret"])


def pause(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Tell it nothing for a while; what it has not taken yet waits.

    :raises IllegalMove: unless it is active.
    """
    webhook.move("pause", by=by, at=at)


@transaction.atomic
def resume(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Go on, beginning with what has waited.

    :raises IllegalMove: unless it is paused.
    """
    webhook.move("resume", by=by, at=at)
    waiting = webhook.deliveries.filter(status=Delivery.Status.QUEUED)
    waiting.update(due_at=at, attempts=0)


@transaction.atomic
def remove(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Tell it nothing any more and forget its secret.

    :raises IllegalMove: when it is removed already.
    """
    webhook.move("remove", by=by, at=at)
    webhook.deliveries.all().delete()
    Webhook.objects.filter(pk=webhook.pk).update(secret="")


def announce(
    row: Any,
    *,
    topic: str,
    url: str,
    at: datetime,
    person: User | None = None,
    organisation_pk: int | None = None,
) -> None:
    """Queue a message that `row` has moved, for whoever may see it and listens.

    :param row: has a `public_id` and a `status`.
    :param url: the path of its page.
    :param person: hears of it, as do the members of the organisation.
    """
    people, sides = [person] if person else [], [organisation_pk] if organisation_pk else []
    may_see = Q(user__in=people) | Q(user__memberships__organisation__in=sides)
    data = {"id": row.public_id, "status": row.status, "url": f"{settings.SITE_URL}{url}"}
    for webhook in Webhook.objects.about(topic).filter(may_see).distinct():
        _queue(webhook, f"{topic}.{row.status}", data, at)


@transaction.atomic
def try_out(webhook: Webhook, *, by: User, at: datetime) -> Delivery:
    """Send a message that tells nothing, so that its owner sees whether it arrives.

    :raises IllegalMove: unless it is active.
    """
    if webhook.status != Webhook.Status.ACTIVE:
        raise IllegalMove
    return _queue(webhook, PING, {"id": webhook.public_id, "status": webhook.status}, at, by)


@transaction.atomic
def send_again(delivery: Delivery, *, by: User, at: datetime) -> None:
    """Send a message once more, under the id it had.

    :raises IllegalMove: while it waits, or its address is not active.
    """
    if delivery.webhook.status != Webhook.Status.ACTIVE:
        raise IllegalMove
    Delivery.objects.filter(pk=delivery.pk).update(due_at=at, attempts=0)
    delivery.move("send_again", by=by, at=at)


def deliver(delivery_pk: int, *, at: datetime) -> None:
    """Send one message if it is due; a second worker finds nothing to do."""
    delivery = _claim(delivery_pk, at)
    if delivery is None:
        return
    try:
        answer, failure = _sent(delivery, at), ""
    except (egress.AddressRefused, egress.NoAnswer) as error:
        answer, failure = None, error.code
    _settle(delivery, answer, failure, at)


def deliver_due(*, at: datetime, limit: int = 20) -> int:
    """Send some of what is due, the oldest first; return how many were tried."""
    keys = list(_due(at).order_by("due_at").values_list("pk", flat=True)[:limit])
    for key in keys:
        deliver(key, at=at)
    return len(keys)


def reseal() -> int:
    """Seal all secrets anew; return how many."""
    rows = Webhook.objects.exclude(status=Webhook.Status.REMOVED)
    return sum(_reseal_one(key) for key in rows.values_list("pk", flat=True))


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """Sign a message; `secret` is "whsec_" and base64, `timestamp` seconds since 1970."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def _new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


@transaction.atomic
def _reseal_one(key: int) -> bool:
    row = Webhook.objects.select_for_update().filter(pk=key).exclude(secret="").first()
    if row is None:
        return False
    row.secret = seal(open_sealed(row.secret))
    row.save(update_fields=["secret"])
    return True


def _queue(
    webhook: Webhook, event: str, data: dict[str, str], at: datetime, by: User | None = None
) -> Delivery:
    body = json.dumps({"type": event, "timestamp": at.isoformat(), "data": data})
    delivery = Delivery.objects.create(
        webhook=webhook, event=event, body=body, created_at=at, due_at=at
    )
    delivery.move("queue", by=by, at=at)
    return delivery


def _due(at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        status=Delivery.Status.QUEUED, due_at__lte=at, webhook__status=Webhook.Status.ACTIVE
    )


def _claim(delivery_pk: int, at: datetime) -> Delivery | None:
    """Take it by pushing its due time past the lease; of two workers one succeeds."""
    if not _due(at).filter(pk=delivery_pk).update(due_at=at + LEASE, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("webhook__user").get(pk=delivery_pk)


def _sent(delivery: Delivery, at: datetime) -> int:
    stamp = int(at.timestamp())
    secret = open_sealed(delivery.webhook.secret)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.public_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(secret, delivery.public_id, stamp, delivery.body),
    }
    return egress.post(delivery.webhook.url, delivery.body.encode(), headers)


@transaction.atomic
def _settle(delivery: Delivery, answer: int | None, failure: str, at: datetime) -> None:
    """Write down what came of a try: done, later, or never."""
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(answer=answer, failure=failure)
    if answer is not None and 200 <= answer < 300:  # noqa: PLR2004 (HTTP)
        delivery.move("deliver", by=None, at=at)
    elif answer == GONE or delivery.attempts > len(WAITS):
        delivery.move("give_up", by=None, at=at)
        _give_up(delivery.webhook, at)
    else:
        wait = WAITS[delivery.attempts - 1] * uniform(1, 1 + JITTER)  # noqa: S311 (no secret)
        rows.update(due_at=at + wait)


def _give_up(webhook: Webhook, at: datetime) -> None:
    """Stop, and say so, unless somebody has stopped it meanwhile."""
    webhook = (
        Webhook.objects.select_for_update(no_key=True).select_related("user").get(pk=webhook.pk)
    )
    if webhook.may("give_up"):
        webhook.move("give_up", by=None, at=at)
        _tell_owner(webhook, at)


@in_readers_languages
def _tell_owner(webhook: Webhook, at: datetime) -> None:
    notifications.tell(
        Message(
            user=webhook.user,
            kind=Kind.DEADLINE,
            key=f"webhook:{webhook.public_id}:{at.isoformat()}",
            subject=_("Paused: your webhook did not answer"),
            body=_(
                "%(url)s took none of our messages for a day. What was not delivered waits for"
                " you to look at it."
            )
            % {"url": webhook.url},
            url=reverse("accounts:webhook", args=[webhook.public_id]),
            action=_("Open the webhook"),
        ),
        at=at,
    )
