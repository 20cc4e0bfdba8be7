"""Releases: held money is let go, our fee becomes earned, and sending the rest is decided."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import fees
from contracts.models import LedgerTransaction, Milestone, Payment, Release
from contracts.services import contracts, documents, ledger, money_notices, outgoing
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money


class NothingIsHeld(DomainError):
    """No payment holds money for this milestone."""

    code = "nothing_is_held"
    sentence = _("Nothing is held for this milestone.")


class MoreThanIsHeld(DomainError):
    """A part was named that is larger than what is left, or is nothing."""

    code = "more_than_is_held"
    status = 422
    sentence = _("Enter an amount above zero and no more than what is held.")


@transaction.atomic
def release(
    milestone: Milestone, amount: Money, *, kind: Release.Kind, by: User | None, at: datetime
) -> Release:
    """Let a part of a milestone's money go: post it, decide the transfer, write the invoices.

    The verbs of `milestones` and `disputes` call this once they have checked who may, and move the
    milestone themselves.

    :param amount: of the expert's price, before our fees; at most what is held.
    :raises NothingIsHeld: if no payment is held for it.
    :raises MoreThanIsHeld: unless the amount is above zero and within what is held.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contracts.hold_unfrozen(milestone.contract)
    payment = held_payment(milestone)
    refuse_more_than_held(milestone, amount)
    row = _record(milestone, amount, kind, by, at)
    if row.sent:
        outgoing.decide_transfer(row, payment, at=at)
    _post(row, at)
    documents.issue_for_release(row, at=at)
    money_notices.release_was_made(row, at)
    return row


def held_payment(milestone: Milestone) -> Payment:
    """Return the payment that holds a milestone's money.

    :raises NothingIsHeld: if there is none.
    """
    payment = milestone.payments.filter(status=Payment.Status.HELD).first()
    if payment is None:
        raise NothingIsHeld
    return payment


def refuse_more_than_held(milestone: Milestone, amount: Money) -> None:
    """Refuse an amount that is nothing, or more than what is held.

    :raises MoreThanIsHeld: then.
    """
    held = ledger.balance(ledger.escrow(milestone))
    if not Money(0, held.currency) < amount <= held:
        raise MoreThanIsHeld


def _record(
    milestone: Milestone, amount: Money, kind: Release.Kind, by: User | None, at: datetime
) -> Release:
    contract = milestone.contract
    expert_fee = fees.earned_by(
        amount, released_before=milestone.released, bps=contract.expert_fee_bps
    )
    client_fee = fees.earned_by(
        amount,
        released_before=milestone.gone,
        bps=contract.client_fee_bps,
    )
    owed = ledger.balance(ledger.receivable(contract.expert, contract.currency))
    return Release.objects.create(
        milestone=milestone,
        kind=kind,
        number=milestone.releases.count() + 1,
        gross_minor=amount.minor,
        expert_fee_minor=expert_fee.minor,
        client_fee_minor=client_fee.minor,
        netted_minor=min(owed, amount - expert_fee, key=lambda money: money.minor).minor,
        by=by,
        created_at=at,
    )


def _post(row: Release, at: datetime) -> None:
    milestone, contract = row.milestone, row.milestone.contract
    client_fee = Money(row.client_fee_minor, contract.currency)
    netted = Money(row.netted_minor, contract.currency)
    facts = LedgerTransaction.Kind
    is_award = row.kind == Release.Kind.DECIDED
    ledger.post(
        facts.AWARDED_RELEASE if is_award else facts.RELEASE,
        f"release:{row.public_id}",
        [
            ledger.debit(ledger.escrow(milestone), row.gross),
            ledger.debit(ledger.fee_deferred(milestone), client_fee),
            ledger.credit(ledger.payable(contract.expert, contract.currency), row.sent),
            ledger.credit(ledger.receivable(contract.expert, contract.currency), netted),
            ledger.credit(ledger.fee_revenue(contract.currency), row.gross - row.net + client_fee),
        ],
        contract=contract,
        at=at,
    )
