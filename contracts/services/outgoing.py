"""Money that is to go out: each decision is one operation, written down in its transaction.

`operations` carries it out once that is committed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from contracts import gateway
from contracts.models import Contract, Operation, Payment, PayoutAccount, Refund, Release
from marketplace.kit.money import Money

Kind = Operation.Kind


@transaction.atomic
def decide_transfer(release: Release, payment: Payment, *, at: datetime) -> Operation:
    """Decide to send an expert the net of a release, out of the payment that was held for it.

    It leaves when the clearing period is over; until then a chargeback still finds it here.
    """
    return _decide_transfer(release, payment, release.sent, at=at)


@transaction.atomic
def decide_transfer_again(
    release: Release, payment: Payment | None, amount: Money, *, at: datetime
) -> Operation:
    """Decide to send what of a release was not sent after all, or came back and is owed again.

    :param payment: out of which it is sent; without one it leaves our own available balance.
    """
    return _decide_transfer(release, payment, amount, at=at)


def _decide_transfer(
    release: Release, payment: Payment | None, amount: Money, *, at: datetime
) -> Operation:
    contract = release.milestone.contract
    account = PayoutAccount.objects.filter(expert=contract.expert).first()
    source = {"source_transaction": payment.charge_id} if payment else {}
    cleared_at = release.created_at + timedelta(days=settings.CLEARING_DAYS)
    return _decide(
        Kind.TRANSFER,
        _next_key(f"transfer:{release.public_id}"),
        {
            "amount": amount.minor,
            "currency": contract.currency,
            "destination": account.stripe_id if account else "",
            "transfer_group": gateway.group_of(contract.public_id),
            "metadata": {"release_id": release.public_id},
        }
        | source,
        contract=contract,
        release=release,
        by=release.by,
        at=at,
        due_at=max(at, cleared_at),
    )


@transaction.atomic
def decide_refund(refund: Refund, *, contract: Contract, at: datetime) -> Operation:
    """Decide to give a client money back, to the card it came from; again, if it was stopped."""
    return _decide(
        Kind.REFUND,
        _next_key(f"refund:{refund.public_id}"),
        {
            "amount": refund.total.minor,
            "currency": refund.total.currency,
            "payment_intent": refund.payment.intent_id,
            "reason": "requested_by_customer",
            "metadata": {"refund_id": refund.public_id},
        },
        contract=contract,
        refund=refund,
        by=refund.by,
        at=at,
        due_at=at,
    )


@transaction.atomic
def decide_reversal(
    transfer: Operation, amount: Money, *, purpose: str, by: User | None, at: datetime
) -> Operation:
    """Decide to take a part of a transfer back from the expert's account.

    :param purpose: names why, once per transfer: "refund:rfd_…", "chargeback:cbk_…".
    """
    return _decide(
        Kind.REVERSAL,
        f"reversal:{transfer.public_id}:{purpose}",
        {
            "amount": amount.minor,
            "currency": amount.currency,
            "transfer": transfer.stripe_id,
            "metadata": {"purpose": purpose},
        },
        contract=transfer.contract,
        release=transfer.release,
        transfer=transfer,
        by=by,
        at=at,
        due_at=at,
    )


@transaction.atomic
def decide_payout(amount: Money, *, purpose: str, by: User | None, at: datetime) -> Operation:
    """Decide to pay our own fees out to our bank; `purpose` names it once, such as its day."""
    return _decide(
        Kind.PAYOUT,
        f"payout:{purpose}",
        {"amount": amount.minor, "currency": amount.currency, "metadata": {"purpose": purpose}},
        by=by,
        at=at,
        due_at=at,
    )


@transaction.atomic
def cancel(operation: Operation, *, by: User | None, at: datetime, reason: str) -> Operation:
    """Take back what was decided and never sent; its postings are the caller's to undo.

    :raises IllegalMove: once it may be under way.
    """
    operation = Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
    operation.move("cancel", by=by, at=at, reason=reason)
    return operation


def _next_key(key: str) -> str:
    """Name an intention, and number it from the second time on."""
    earlier = Operation.objects.filter(
        Q(business_key=key) | Q(business_key__startswith=f"{key}:")
    ).count()
    return f"{key}:{earlier + 1}" if earlier else key


def _decide(
    kind: Operation.Kind,
    key: str,
    params: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    due_at: datetime,
    **of: Any,
) -> Operation:
    operation = Operation.objects.create(
        kind=kind, business_key=key, params=dict(params), created_at=at, due_at=due_at, **of
    )
    operation.move("request", by=by, at=at)
    return operation
