"""Refunds: held money goes back to the card that paid it, with our fee on that part."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contracts import fees
from contracts.models import LedgerTransaction, Milestone, Payment, Refund
from contracts.services import contracts, documents, ledger, money_notices, operations, releases
from marketplace.kit.money import Money


@transaction.atomic
def refund(
    milestone: Milestone, amount: Money, *, kind: Refund.Kind, by: User | None, at: datetime
) -> Refund:
    """Give the client a part of a milestone's held money back, and our fee on it.

    The verbs of `milestones` and `disputes` call this once they have checked who may, and move the
    milestone themselves. What was released is not reached by this: it is taken back first.

    :param amount: of the expert's price, before our fees; at most what is held.
    :raises NothingIsHeld: if no payment is held for it.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contract = milestone.contract
    contracts.hold_unfrozen(contract)
    payment = releases.held_payment(milestone)
    releases.refuse_more_than_held(milestone, amount)
    gone = milestone.released + milestone.returned
    fee = fees.earned_by(amount, released_before=gone, bps=contract.client_fee_bps)
    row = _decide(payment, amount, fee, milestone=milestone, kind=kind, by=by, at=at)
    facts = LedgerTransaction.Kind
    ledger.post(
        facts.AWARDED_REFUND if kind == Refund.Kind.DECIDED else facts.REFUND,
        f"refund:{row.public_id}",
        [
            ledger.debit(ledger.escrow(milestone), row.amount),
            ledger.debit(ledger.fee_deferred(milestone), fee),
            ledger.credit(ledger.refund_payable(payment), row.total),
        ],
        contract=contract,
        at=at,
    )
    return row


@transaction.atomic
def return_whole(payment: Payment, *, by: User | None, at: datetime) -> Refund:
    """Give back all of a payment that funded nothing; `funding` has posted what came."""
    came = payment.received
    is_as_asked = came == payment.total
    fee = Money(payment.fee_minor if is_as_asked else 0, came.currency)
    return _decide(
        payment,
        came - fee,
        fee,
        milestone=None,
        kind=Refund.Kind.NOT_NEEDED,
        by=by,
        at=at,
    )


def _decide(
    payment: Payment,
    amount: Money,
    fee: Money,
    *,
    milestone: Milestone | None,
    kind: Refund.Kind,
    by: User | None,
    at: datetime,
) -> Refund:
    row = Refund.objects.create(
        kind=kind,
        payment=payment,
        milestone=milestone,
        amount_minor=amount.minor,
        fee_minor=fee.minor,
        by=by,
        created_at=at,
    )
    operations.decide_refund(row, contract=payment.milestone.contract, at=at)
    documents.issue_credit_note(row, at=at)
    money_notices.refund_was_decided(row, at)
    return row
