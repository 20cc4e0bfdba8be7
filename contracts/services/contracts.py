"""Contracts: they start when an offer is accepted and are complete when all money is released."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contracts.models import Contract, ContractCheck, Milestone, Offer


@transaction.atomic
def start(offer: Offer, *, by: User, at: datetime) -> Contract:
    """Turn accepted terms into a contract: frozen fees, its milestones, its checks."""
    proposal = offer.proposal
    contract = Contract.objects.create(
        offer=offer,
        job=proposal.job,
        organisation=proposal.job.organisation,
        expert=proposal.expert,
        title=offer.title,
        currency=offer.currency,
        client_fee_bps=offer.client_fee_bps,
        expert_fee_bps=offer.expert_fee_bps,
        review_window_days=offer.review_window_days,
        started_at=at,
    )
    _copy_milestones(offer, contract)
    _copy_checks(offer, contract)
    contract.move("start", by=by, at=at)
    return contract


@transaction.atomic
def complete(contract: Contract, *, by: User, at: datetime) -> Contract:
    """Close a contract whose every milestone is released.

    :raises IllegalMove: unless it is active.
    """
    contract.completed_at = at
    contract.save(update_fields=["completed_at"])
    contract.move("complete", by=by, at=at)
    return contract


def hold(contract: Contract) -> Contract:
    """Take the contract's row, the first lock of every verb on its work or its money; return it."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)


def _copy_milestones(offer: Offer, contract: Contract) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            contract=contract,
            position=row.position,
            title=row.title,
            amount_minor=row.amount_minor,
            due_on=row.due_on,
        )
        for row in offer.milestones.all()
    )


def _copy_checks(offer: Offer, contract: Contract) -> None:
    ContractCheck.objects.bulk_create(
        ContractCheck(
            contract=contract,
            position=row.position,
            metric=row.metric,
            comparator=row.comparator,
            target=row.target,
            unit=row.unit,
            how=row.how,
        )
        for row in offer.checks.all()
    )
