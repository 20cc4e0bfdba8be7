"""What happened at Stripe, listed every hour: an event whose webhook never came is stored late.

The list of an account is read from two hours before where the last one ended, so that an event
which Stripe filed late is still in it; one that we have is not stored again.
"""

from datetime import datetime, timedelta

from django.db import transaction

from contracts import gateway
from contracts.models import EventCursor, PayoutAccount
from contracts.services import inbox
from contracts.services.reducers import REDUCERS

OVERLAP = timedelta(hours=2)
# Stripe lists no further back (docs.stripe.com/api/events/list).
FIRST_TIME = timedelta(days=30)
# Accounts that nobody has money for are not asked: their events change nothing.
V2 = "v2."


def catch_up(account: str = "", *, at: datetime) -> int:
    """Store what we were not told of an account, or of the platform; return how much that was.

    :raises GatewayError: if Stripe does not say; the next hour begins where this one did.
    """
    cursor = EventCursor.objects.filter(account=account).first()
    since = cursor.listed_until - OVERLAP if cursor else at - FIRST_TIME
    missed = 0
    for endpoint in ("connect",) if account else ("platform", "thin"):
        for notice in gateway.provider().events_since(since, REDUCERS[endpoint], account=account):
            _event, is_new = inbox.receive(notice, endpoint=endpoint, at=at)
            missed += is_new
    _remember(account, at)
    return missed


def accounts() -> list[str]:
    """Return the experts' accounts whose events we list."""
    open_ = PayoutAccount.objects.filter(is_closed=False)
    return list(open_.order_by("pk").values_list("stripe_id", flat=True))


@transaction.atomic
def _remember(account: str, at: datetime) -> None:
    row, _is_new = EventCursor.objects.select_for_update().get_or_create(
        account=account, defaults={"listed_until": at}
    )
    if row.listed_until < at:
        row.listed_until = at
        row.save(update_fields=["listed_until"])
