"""Mail that leaves after commit, and what ends by the calendar."""

import logging
from typing import Any

from celery import shared_task

from accounts.services import (
    audit,
    digests,
    erasures,
    exports,
    member_invitations,
    outbox,
    sanctions,
    webhooks,
)
from marketplace.kit import personal
from marketplace.kit.clock import now
from marketplace.kit.tasks import AfterCommit

log = logging.getLogger(__name__)


@shared_task(base=AfterCommit)
def send_awaited_mail(*, mail_pk: int, **_: Any) -> None:
    """Send one mail that somebody waits for; its queue is emptied before all others."""
    outbox.deliver(mail_pk, at=now())


@shared_task(base=AfterCommit)
def send_mail(*, mail_pk: int, **_: Any) -> None:
    """Send one mail now."""
    outbox.deliver(mail_pk, at=now())


@shared_task(base=AfterCommit)
def send_due_mail(**_: Any) -> None:
    """Sweep: send whatever a lost message or a dead worker left in the outbox.

    A few at a time, so that nothing more urgent waits for the rest of a long list.
    """
    if outbox.deliver_due(at=now()):
        send_due_mail.delay_on_commit()


@shared_task(base=AfterCommit)
def deliver_to_webhook(*, delivery_pk: int, **_: Any) -> None:
    """Tell one program one fact."""
    webhooks.deliver(delivery_pk, at=now())


@shared_task(base=AfterCommit)
def deliver_to_webhooks(**_: Any) -> None:
    """Sweep: tell programs what is due, such as what they did not take before; a few at a time."""
    if webhooks.deliver_due(at=now()):
        deliver_to_webhooks.delay_on_commit()


@shared_task(base=AfterCommit)
def build_export(*, export_pk: int, **_: Any) -> None:
    """Make the copy of their data that somebody asked for."""
    exports.build(export_pk, at=now())


@shared_task(base=AfterCommit)
def build_exports(**_: Any) -> None:
    """Sweep: make the copies that a lost message or a dead worker left to do."""
    for export_pk in exports.waiting():
        exports.build(export_pk, at=now())


@shared_task(base=AfterCommit)
def erase_people(**_: Any) -> None:
    """Sweep: delete the accounts whose day has come."""
    erasures.erase_due(at=now())


@shared_task(base=AfterCommit)
def verify_audit(**_: Any) -> None:
    """Sweep: look whether somebody has changed what was written down of people's acts."""
    for sentence in audit.broken():
        log.error("audit.broken", extra={"chain": sentence})


@shared_task(base=AfterCommit)
def purge(**_: Any) -> None:
    """Sweep: let go of everything that was kept long enough."""
    personal.purge(at=now())
    exports.sweep_strays(at=now())


@shared_task(base=AfterCommit)
def expire_member_invitations(**_: Any) -> None:
    """Sweep: end invitations into an organisation that nobody answered."""
    member_invitations.expire_due(at=now())


@shared_task(base=AfterCommit)
def send_digests(**_: Any) -> None:
    """Sweep: gather news into the digests that are due; a few people at a time."""
    if digests.send_due(at=now()):
        send_digests.delay_on_commit()


@shared_task(base=AfterCommit)
def expire_sanctions(**_: Any) -> None:
    """Sweep: end sanctions whose time is over."""
    sanctions.expire_due(at=now())
