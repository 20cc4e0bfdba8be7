"""Ending what is not paid for: one milestone, or the contract once what is held has run its course.

To share held money both sides have to agree, which is what `amendments` is for.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, Milestone
from contracts.models.milestone import UNPAID
from contracts.services import contracts, funding


def cancel_milestone(milestone: Milestone, *, by: User, at: datetime) -> Milestone:
    """Give up a milestone nobody has paid for; either side may, and no money is involved.

    Its payment page is closed before any lock is taken. If it has just been paid, it is funded and
    stays; a payment a bank is still working on comes back by itself.

    :raises PermissionDenied: unless `by` is the expert or hires or pays for the client.
    :raises IllegalMove: once it is funded, or if it is over.
    :raises PaymentPageUnavailable: if Stripe does not close a page that is open.
    """
    _refuse_others(milestone.contract, by)
    funding.close_pages([milestone], at=at)
    return _cancel(milestone, by=by, at=at)


@transaction.atomic
def _cancel(milestone: Milestone, *, by: User, at: datetime) -> Milestone:
    contract = contracts.hold(milestone.contract)
    _refuse_others(contract, by)
    milestone = contract.milestones.select_related("contract").get(pk=milestone.pk)
    milestone.move("cancel", by=by, at=at)
    contracts.close_if_over(contract, by=by, at=at)
    return milestone


def end(
    contract: Contract, *, reason: Contract.EndReason, note: str, by: User, at: datetime
) -> Contract:
    """Begin nothing more: what is not funded is cancelled, and what is held runs its course.

    Where nothing is held the contract is over at once.

    :raises PermissionDenied: unless `by` is the expert or hires or pays for the client.
    :raises IllegalMove: unless the contract is active.
    :raises PaymentPageUnavailable: if Stripe does not close a page that is open.
    """
    _refuse_others(contract, by)
    if contract.may("end"):
        funding.close_pages(contract.milestones.exclude(kind=Milestone.Kind.BONUS), at=at)
    return _end(contract, reason=reason, note=note, by=by, at=at)


@transaction.atomic
def _end(
    contract: Contract, *, reason: Contract.EndReason, note: str, by: User, at: datetime
) -> Contract:
    contract = contracts.hold(contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    _refuse_others(contract, by)
    contract.end_reason, contract.end_note = reason, note
    contract.save(update_fields=["end_reason", "end_note"])
    contract.move("end", by=by, at=at, reason=reason)
    work = contract.milestones.exclude(kind=Milestone.Kind.BONUS)
    for milestone in work.filter(status__in=UNPAID):
        milestone.move("cancel", by=by, at=at)
    return contracts.close_if_over(contract, by=by, at=at)


def _refuse_others(contract: Contract, by: User) -> None:
    if not policies.may_end(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
