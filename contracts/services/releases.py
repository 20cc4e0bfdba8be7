"""Releases: held money is let go, our fee becomes earned, and sending the rest is decided."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import fees
from contracts.models import LedgerTransaction, Milestone, Payment, Release
from contracts.services import contracts, ledger, operations
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money


class AlreadyReleased(DomainError):
    """This milestone's money has been let go."""

    code = "already_released"
    sentence = _("This milestone has already been released.")


class NothingIsHeld(DomainError):
    """No payment holds money for this milestone."""

    code = "nothing_is_held"
    sentence = _("Nothing is held for this milestone.")


@transaction.atomic
def release(milestone: Milestone, *, by: User, at: datetime) -> Release:
    """Let the whole of a milestone go: post it, and decide the transfer to the expert.

    `milestones.approve` calls this once it has checked the permission and moved the milestone.

    :raises AlreadyReleased: if it was.
    :raises NothingIsHeld: if no payment was ever held for it.
    """
    contracts.hold(milestone.contract)
    if milestone.releases.exists():
        raise AlreadyReleased
    payment = milestone.payments.filter(status=Payment.Status.HELD).first()
    if payment is None:
        raise NothingIsHeld
    row = _record(milestone, by, at)
    operations.decide_transfer(row, payment, at=at)
    _post(row, at)
    return row


def _record(milestone: Milestone, by: User, at: datetime) -> Release:
    contract, nothing = milestone.contract, Money(0, milestone.contract.currency)
    expert_fee = fees.earned_by(
        milestone.amount, released_before=nothing, bps=contract.expert_fee_bps
    )
    client_fee = fees.earned_by(
        milestone.amount, released_before=nothing, bps=contract.client_fee_bps
    )
    return Release.objects.create(
        milestone=milestone,
        gross_minor=milestone.amount.minor,
        expert_fee_minor=expert_fee.minor,
        client_fee_minor=client_fee.minor,
        by=by,
        created_at=at,
    )


def _post(row: Release, at: datetime) -> None:
    milestone = row.milestone
    contract = milestone.contract
    gross = Money(row.gross_minor, contract.currency)
    client_fee = Money(row.client_fee_minor, contract.currency)
    ledger.post(
        LedgerTransaction.Kind.RELEASE,
        f"release:{row.public_id}",
        [
            ledger.debit(ledger.escrow(milestone), gross),
            ledger.debit(ledger.fee_deferred(milestone), client_fee),
            ledger.credit(ledger.payable(contract.expert, contract.currency), row.net),
            ledger.credit(ledger.fee_revenue(contract.currency), gross - row.net + client_fee),
        ],
        contract=contract,
        at=at,
    )
