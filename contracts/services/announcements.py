"""Whose programs hear that an offer, a contract, its work or a dispute has moved: both sides'."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Topic
from accounts.services import webhooks
from contracts.models import Contract, Dispute, Milestone, Offer


def offer_moved(offer: Offer, at: datetime) -> None:
    """Tell both, once it was sent."""
    if offer.sent_at is not None:
        proposal = offer.proposal
        webhooks.announce(
            offer,
            topic=Topic.OFFER,
            url=reverse("contracts:offer", args=[offer.public_id]),
            person=proposal.expert.user,
            organisation_pk=proposal.job.organisation_id,
            at=at,
        )


def contract_moved(contract: Contract, at: datetime) -> None:
    """Tell both."""
    _announce(contract, Topic.CONTRACT, contract, at)


def milestone_moved(milestone: Milestone, at: datetime) -> None:
    """Tell both."""
    _announce(milestone, Topic.MILESTONE, milestone.contract, at)


def dispute_moved(dispute: Dispute, at: datetime) -> None:
    """Tell both."""
    _announce(dispute, Topic.DISPUTE, dispute.milestone.contract, at)


def _announce(
    row: Contract | Milestone | Dispute, topic: Topic, contract: Contract, at: datetime
) -> None:
    webhooks.announce(
        row,
        topic=topic,
        url=reverse("contracts:detail", args=[contract.public_id]),
        person=contract.expert.user,
        organisation_pk=contract.organisation_id,
        at=at,
    )
