"""What leaves an expert's account for their bank: mirrored, never decided by us."""

from datetime import datetime

from django.db import transaction

from contracts import gateway
from contracts.models import ExpertPayout, PayoutAccount

VERBS = {
    "pending": "prepare",
    "in_transit": "leave",
    "paid": "arrive",
    "failed": "fail",
    "canceled": "cancel",
}


@transaction.atomic
def settle(account: PayoutAccount, seen: gateway.Payout, *, at: datetime) -> ExpertPayout:
    """Take note of how a payout stands; an older answer never takes it back."""
    row, _is_new = ExpertPayout.objects.select_for_update(no_key=True).get_or_create(
        stripe_id=seen.id,
        defaults={
            "account": account,
            "amount_minor": seen.amount.minor,
            "currency": seen.amount.currency,
            "arrives_on": seen.arrives_on,
            "is_automatic": seen.is_automatic,
            "original_id": seen.original_payout_id,
            "noticed_at": at,
        },
    )
    # A word that Stripe invents later changes nothing.
    verb = VERBS.get(seen.status, "")
    if verb and row.may(verb):
        row.arrives_on, row.failure_code = seen.arrives_on, seen.failure_code
        row.save(update_fields=["arrives_on", "failure_code"])
        row.move(verb, by=None, at=at, reason=seen.failure_code)
    return row
