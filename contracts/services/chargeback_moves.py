"""What follows from where a chargeback stands.

Money stands still while a bank looks, somebody bears what it keeps, and all goes on once it gave
way.
"""

from datetime import datetime, timedelta

from contracts.models import (
    Chargeback,
    Freeze,
    LedgerTransaction,
    Milestone,
    Payment,
    Refund,
    Release,
)
from contracts.models.milestone import UNDER_WAY
from contracts.services import (
    clawbacks,
    contracts,
    disputes,
    ledger,
    losses,
    recoveries,
    refunds,
    releases,
)
from marketplace.kit.money import Money

Status = Chargeback.Status
S = Milestone.Status


def _ask(row: Chargeback, _there: Money | None, at: datetime) -> None:
    """The bank asks and has taken nothing: the money stands still."""
    _freeze(row, at)
    row.move("inquire", by=None, at=at)


def _withdraw(row: Chargeback, _there: Money | None, at: datetime) -> None:
    """The bank has the money: what was not sent stays, and nobody moves the contract's money."""
    _freeze(row, at)
    _stop(row, at)
    row.move("withdraw", by=None, at=at)


def _review(row: Chargeback, _there: Money | None, at: datetime) -> None:
    """The bank reads what we answered; it may be the first we hear of it."""
    _freeze(row, at)
    _stop(row, at)
    row.move("review", by=None, at=at)


def _win(row: Chargeback, _there: Money | None, at: datetime) -> None:
    """The bank has given way: everything goes on where it stood."""
    row.decided_at = at
    row.save(update_fields=["decided_at"])
    row.move("win", by=None, at=at)
    _go_on(row, at)


def win_after_all(row: Chargeback, at: datetime) -> None:
    """The bank gave way on appeal: what the loss took is put back, and sent anew."""
    row.decided_at = at
    row.save(update_fields=["decided_at"])
    row.move("win", by=None, at=at)
    held = Money(row.from_held_minor, row.currency)
    losses.undo(row, at=at)
    _put_back(row.payment.milestone, held, at)
    _go_on(row, at)


def _lose(row: Chargeback, there: Money | None, at: datetime) -> None:
    """The bank keeps the money: somebody bears it, and the contract goes on with the rest."""
    milestone = row.payment.milestone
    _stop(row, at)
    if row.payment.status == Payment.Status.HELD:
        clawbacks.give_up(milestone, at=at)
    row.decided_at = at
    losses.bear(row, there=there, at=at)
    row.move("lose", by=None, at=at)
    if row.from_held_minor:
        _go_on_without(milestone, at)
    _go_on(row, at)
    contracts.close_if_over(row.contract, by=None, at=at)


def _go_on_without(milestone: Milestone, at: datetime) -> None:
    """A part of what was held has gone, or all of it: a dispute about it is void."""
    if ledger.balance(ledger.escrow(milestone)):
        disputes.start_over(milestone, at=at)
    elif milestone.may("take_back"):
        disputes.void(milestone, at=at)
        milestone.review_due_at = None
        milestone.save(update_fields=["review_due_at"])
        milestone.move("take_back", by=None, at=at)


def _close(row: Chargeback, _there: Money | None, at: datetime) -> None:
    """It came to nothing."""
    row.decided_at = at
    row.save(update_fields=["decided_at"])
    row.move("close", by=None, at=at)
    _go_on(row, at)


STEPS = {
    Status.INQUIRY: ("inquire", _ask),
    Status.NEEDS_RESPONSE: ("withdraw", _withdraw),
    Status.UNDER_REVIEW: ("review", _review),
    Status.WON: ("win", _win),
    Status.LOST: ("lose", _lose),
    Status.CLOSED: ("close", _close),
}


def _freeze(row: Chargeback, at: datetime) -> None:
    contracts.freeze(
        row.contract, reason=Freeze.Reason.CHARGEBACK, source=row.public_id, by=None, at=at
    )
    if row.payment.status == Payment.Status.HELD:
        disputes.suspend(row.payment.milestone, at=at)


def _stop(row: Chargeback, at: datetime) -> None:
    """Cancel what Stripe does not have yet of this payment; what is decided stays decided."""
    for release in _releases(row):
        recoveries.hold_back(release, at=at, reason=row.public_id)
    refunds.hold_back(row.payment, at=at, reason=row.public_id)


def _go_on(row: Chargeback, at: datetime) -> None:
    """Let the money move again, and send what was kept back and is still owed."""
    contracts.unfreeze(row.contract, source=row.public_id, by=None, at=at)
    if not _is_questioned(row.payment):
        disputes.resume(row.payment.milestone, at=at)
    clawbacks.go_on(row.payment.milestone, at=at)
    for release in _releases(row):
        recoveries.send_rest(release, row.payment, at=at)
    refunds.send_rest(row.payment, at=at)


def _is_questioned(payment: Payment) -> bool:
    """Whether a bank still looks at the payment that funds a milestone."""
    return (
        Chargeback.objects.going_on()
        .filter(payment__milestone=payment.milestone_id, payment__status=Payment.Status.HELD)
        .exists()
    )


def _releases(row: Chargeback) -> list[Release]:
    """Return what was let go of this payment: nothing, where another one funds the milestone."""
    if row.payment.status != Payment.Status.HELD:
        return []
    return list(row.payment.milestone.releases.select_related("milestone__contract"))


def _put_back(milestone: Milestone, amount: Money, at: datetime) -> None:
    """Hold an amount again that a loss had taken; a milestone that is over passes it on."""
    milestone.refresh_from_db()
    contract = milestone.contract
    if not amount or milestone.status in UNDER_WAY:
        return
    if milestone.status == S.DISPUTED:
        disputes.start_over(milestone, at=at)
    elif milestone.status == S.TAKEN_BACK:
        contracts.reopen(contract, by=None, at=at)
        was_handed_in = milestone.submissions.exists()
        if was_handed_in:
            milestone.review_due_at = at + timedelta(days=contract.review_window_days)
            milestone.save(update_fields=["review_due_at"])
        milestone.move("restore_review" if was_handed_in else "restore_work", by=None, at=at)
    elif milestone.status == S.RELEASED:
        releases.release(milestone, amount, kind=Release.Kind.WON_BACK, by=None, at=at)
    else:
        refunds.refund(milestone, amount, kind=Refund.Kind.WON_BACK, by=None, at=at)


def write_off_the_rest(row: Chargeback, at: datetime) -> None:
    """The bank gave back less than it took: what is missing is our loss."""
    missing = Money(row.taken_minor - row.from_us_minor, row.currency)
    if missing and row.movements > 1:
        row.from_us_minor = row.taken_minor
        row.save(update_fields=["from_us_minor"])
        ledger.post(
            LedgerTransaction.Kind.CHARGEBACK_LOST,
            f"dispute:{row.stripe_id}:short:{row.movements}",
            [
                ledger.debit(ledger.dispute_loss(row.currency), missing),
                ledger.credit(ledger.dispute_receivable(row.stripe_id, row.currency), missing),
            ],
            contract=row.contract,
            at=at,
        )
