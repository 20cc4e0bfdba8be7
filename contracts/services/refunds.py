"""Refunds: held money goes back to the card that paid it, with our fee on that part."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contracts import fees
from contracts.models import LedgerTransaction, Milestone, Operation, Payment, Refund
from contracts.services import contracts, documents, ledger, money_notices, outgoing, releases
from marketplace.kit.money import Money

# Given up before Stripe had it, or refused.
NOTHING_CAME_OF_IT = (Operation.Status.CANCELLED, Operation.Status.FAILED)
# How Stripe refuses the refund of a charge that its bank has taken back.
STOPPED_BY_A_CHARGEBACK = frozenset(["charge_disputed", "refund_disputed_payment"])


@transaction.atomic
def refund(
    milestone: Milestone,
    amount: Money,
    *,
    kind: Refund.Kind,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> Refund:
    """Give the client a part of a milestone's held money back, and our fee on it.

    The verbs of `milestones` and `disputes` call this once they have checked who may, and move the
    milestone themselves. What was released is not reached by this: it is taken back first.

    :param amount: of the expert's price, before our fees; at most what is held.
    :param reason: why our staff return it; both sides read it.
    :raises NothingIsHeld: if no payment is held for it.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises ContractIsFrozen: while somebody looks at the contract, unless our staff return it.
    :raises BankIsTakingItBack: where they do, while a chargeback keeps it still.
    """
    contract = milestone.contract
    hold = contracts.hold_for_staff if kind == Refund.Kind.STAFF else contracts.hold_unfrozen
    hold(contract)
    payment = releases.held_payment(milestone)
    releases.refuse_more_than_held(milestone, amount)
    fee = fees.earned_by(amount, released_before=milestone.gone, bps=contract.client_fee_bps)
    row = _decide(payment, amount, fee, milestone=milestone, kind=kind, by=by, at=at, reason=reason)
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
def return_whole(payment: Payment, *, by: User | None, at: datetime, reason: str = "") -> Refund:
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
        reason=reason,
    )


@transaction.atomic
def return_released(
    payment: Payment, amount: Money, fee: Money, *, by: User | None, at: datetime
) -> Refund:
    """Give back what had been released and has come back from the expert; `clawbacks` posts it."""
    return _decide(payment, amount, fee, milestone=None, kind=Refund.Kind.CLAWED_BACK, by=by, at=at)


def cut_of_held(milestone: Milestone, amount: Money) -> tuple[Money, Money]:
    """Cut what a client had paid out of what is held: of the price, and of our fee on that part.

    A unit that falls between the two is in neither.
    """
    held = ledger.balance(ledger.escrow(milestone))
    fee = ledger.balance(ledger.fee_deferred(milestone))
    if held + fee <= amount:
        return held, fee
    bps, gone = milestone.contract.client_fee_bps, milestone.gone

    def with_fee(minor: int) -> tuple[Money, Money]:
        price = Money(minor, amount.currency)
        return price, fees.earned_by(price, released_before=gone, bps=bps)

    guess = amount.minor * 10_000 // (10_000 + bps)
    # The fee is rounded, so the guess may be off by a unit either way.
    fits = [
        (price, part)
        for price, part in map(with_fee, range(max(guess - 2, 0), guess + 3))
        if price + part <= amount and price <= held
    ]
    return fits[-1]


# --- What a chargeback stops, and lets go again


def unsent(payment: Payment) -> Money:
    """Return what is to go back to a client and is neither with Stripe nor on its way there."""
    under_way = Operation.objects.filter(refund__payment=payment, moved_at=None)
    amounts = [row.amount.minor for row in under_way.exclude(status__in=NOTHING_CAME_OF_IT)]
    owed = ledger.balance(ledger.refund_payable(payment))
    return owed - Money(sum(amounts), owed.currency)


def hold_back(payment: Payment, *, at: datetime, reason: str) -> None:
    """Cancel refunds that Stripe does not have yet; what was decided stays owed."""
    rows = Operation.objects.filter(refund__payment=payment, first_sent_at=None)
    for operation in rows.select_related("refund"):
        if operation.may("cancel"):
            outgoing.cancel(operation, by=None, at=at, reason=reason)


def send_rest(payment: Payment, *, at: datetime) -> None:
    """Decide anew to send what a chargeback had stopped, as far as it was not lost to it."""
    left = unsent(payment)
    for row in payment.refunds.select_related("payment__milestone__contract"):
        latest = row.operations.order_by("-pk").first()
        if latest and _was_stopped(latest) and row.total <= left:
            left -= row.total
            outgoing.decide_refund(row, contract=payment.milestone.contract, at=at)


def _was_stopped(operation: Operation) -> bool:
    """Whether a chargeback kept it from being sent; what a bank refused is for a person."""
    is_disputed = operation.error_code in STOPPED_BY_A_CHARGEBACK
    failed = operation.status == Operation.Status.FAILED
    return operation.status == Operation.Status.CANCELLED or (failed and is_disputed)


def _decide(
    payment: Payment,
    amount: Money,
    fee: Money,
    *,
    milestone: Milestone | None,
    kind: Refund.Kind,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> Refund:
    row = Refund.objects.create(
        kind=kind,
        payment=payment,
        milestone=milestone,
        amount_minor=amount.minor,
        fee_minor=fee.minor,
        by=by,
        reason=reason,
        created_at=at,
    )
    outgoing.decide_refund(row, contract=payment.milestone.contract, at=at)
    documents.issue_credit_note(row, at=at)
    money_notices.refund_was_decided(row, at)
    return row
