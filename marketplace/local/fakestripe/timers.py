"""What happens by itself once the stand-in's clock gets there."""

import logging
from collections.abc import Callable

from marketplace.local.fakestripe import balance, checkout, disputes, payouts, refunds
from marketplace.local.fakestripe.errors import Refused
from marketplace.local.fakestripe.store import Store
from marketplace.local.fakestripe.world import World

log = logging.getLogger(__name__)

WHAT_HAPPENS: dict[str, Callable[[World, str], None]] = {
    "balance.mature": balance.mature,
    "checkout.expire_in_time": checkout.expire_in_time,
    "disputes.decide_by_evidence": disputes.decide_by_evidence,
    "disputes.open_by_card": disputes.open_by_card,
    "payouts.arrive": payouts.arrive,
    "refunds.follow_card": refunds.follow_card,
    "refunds.retry": refunds.retry_waiting,
}


def run_due(world: World) -> None:
    """Do everything whose time has come, in the order of the clock."""
    platform = World(world.store, now=world.now, base_url=world.base_url)
    while (timer := _take_next(platform)) is not None:
        name, account, subject = timer
        try:
            with world.store.savepoint():
                WHAT_HAPPENS[name](platform.seen_by(account), subject)
        except Refused:
            # A timer that cannot be done is a bug, but not a reason to refuse every request.
            log.exception("timer.failed", extra={"timer": name, "subject": subject})


def any_due(store: Store) -> bool:
    """Tell whether there is anything to do, without doing it."""
    now = World.opened(store).now
    return bool(store.rows("SELECT 1 FROM timer WHERE due_at <= ? LIMIT 1", now))


def _take_next(world: World) -> tuple[str, str, str] | None:
    rows = world.store.rows(
        "DELETE FROM timer WHERE id ="
        " (SELECT id FROM timer WHERE due_at <= ? ORDER BY due_at, id LIMIT 1)"
        " RETURNING name, account, subject",
        world.now,
    )
    if not rows:
        return None
    name, account, subject = rows[0]
    return name, account, subject
