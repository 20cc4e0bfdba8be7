"""Reads of offers: their terms beside the proposal, and the receipt of what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from contracts import fees
from contracts.models import Contract, Offer, OfferCheck, OfferMilestone
from jobs.models import CheckAnswer, Proposal, ProposedMilestone
from jobs.models.plan import PricedPart
from marketplace.kit.money import Money, total_of


@dataclass(frozen=True, slots=True)
class MilestoneTerms:
    """A milestone as it is offered beside the one the expert proposed, if there was one."""

    offered: OfferMilestone
    proposed: PricedPart | None


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """A check as it is offered, the job's own target, and what the expert answered to it."""

    offered: OfferCheck
    asked: str
    answer: CheckAnswer | None

    @property
    def has_changed(self) -> bool:
        """Whether the target is no longer the one the job named."""
        return self.offered.goal != self.asked


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer line by line beside the proposal it answers."""

    milestones: Sequence[MilestoneTerms]
    checks: Sequence[CheckTerms]
    dropped: Sequence[ProposedMilestone]


def terms(offer: Offer) -> Terms:
    """Hold an offer against the proposal, by position.

    A later version is held against nothing: what differs from the one before is said on its own.
    """
    if offer.answers_id:
        return Terms(
            milestones=[MilestoneTerms(row, row) for row in offer.milestones.all()],
            checks=[CheckTerms(row, row.goal, None) for row in offer.checks.all()],
            dropped=(),
        )
    proposal = offer.proposal
    proposed = {row.position: row for row in proposal.milestones.all()}
    offered = list(offer.milestones.all())
    asked = {row.position: row for row in proposal.job.checks.all()}
    answers = {row.job_check_id: row for row in proposal.answers.all()}
    return Terms(
        milestones=[MilestoneTerms(row, proposed.pop(row.position, None)) for row in offered],
        checks=[
            CheckTerms(row, check.goal, answers.get(check.pk))
            for row in offer.checks.all()
            if (check := asked.get(row.position))
        ],
        dropped=list(proposed.values()),
    )


def waiting_on(proposal: Proposal) -> Offer | None:
    """Return the offer on a proposal that waits for an answer; both of its readers may see it."""
    return proposal.offers.filter(status=Offer.Status.SENT).first()


def contract_of(offer: Offer) -> Contract | None:
    """Return the contract an offer became, if it was accepted."""
    return Contract.objects.filter(offer=offer).first()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the terms cost: the first payment, and the whole for both sides."""

    first: Money
    first_fee: Money
    total: Money
    total_fee: Money
    expert_fee: Money
    client_fee_bps: int
    expert_fee_bps: int
    expires_at: datetime

    @property
    def first_charge(self) -> Money:
        """What the card is charged for the first milestone."""
        return self.first + self.first_fee

    @property
    def expert_gets(self) -> Money:
        """What reaches the expert over the whole contract."""
        return self.total - self.expert_fee


def receipt(amounts: Sequence[Money], currency: str, *, at: datetime) -> Receipt:
    """Add up terms that are being written, with today's fees; each milestone pays its own fee."""
    return _receipt(
        amounts,
        currency,
        client_fee_bps=settings.CLIENT_FEE_BPS,
        expert_fee_bps=settings.EXPERT_FEE_BPS,
        expires_at=at + timedelta(days=settings.OFFER_EXPIRES_AFTER_DAYS),
    )


def receipt_as(offer: Offer, amounts: Sequence[Money], *, at: datetime) -> Receipt:
    """Add up other amounts with the fees frozen in an offer."""
    return _receipt(
        amounts,
        offer.currency,
        client_fee_bps=offer.client_fee_bps,
        expert_fee_bps=offer.expert_fee_bps,
        expires_at=at + timedelta(days=settings.OFFER_EXPIRES_AFTER_DAYS),
    )


def receipt_of(offer: Offer) -> Receipt:
    """Add up an offer with the fees frozen in it."""
    return _receipt(
        [row.amount for row in offer.milestones.all()],
        offer.currency,
        client_fee_bps=offer.client_fee_bps,
        expert_fee_bps=offer.expert_fee_bps,
        expires_at=offer.expires_at or offer.created_at,
    )


@dataclass(frozen=True, slots=True)
class Week:
    """What a week of an offer by the hour costs at most."""

    amount: Money
    client_fee: Money
    expert_fee: Money


def week_of(offer: Offer) -> Week | None:
    """Add up a full week of an offer by the hour; nothing where milestones are offered."""
    if not offer.is_hourly:
        return None
    amount = Money(offer.rate.minor * (offer.weekly_minutes or 0) // 60, offer.currency)
    return Week(
        amount=amount,
        client_fee=fees.client_fee(amount, bps=offer.client_fee_bps),
        expert_fee=amount.share(offer.expert_fee_bps),
    )


def _receipt(
    amounts: Sequence[Money],
    currency: str,
    *,
    client_fee_bps: int,
    expert_fee_bps: int,
    expires_at: datetime,
) -> Receipt:
    first = amounts[0] if amounts else Money(0, currency)
    charged = [fees.client_fee(amount, bps=client_fee_bps) for amount in amounts]
    kept = [amount.share(expert_fee_bps) for amount in amounts]
    return Receipt(
        first=first,
        first_fee=fees.client_fee(first, bps=client_fee_bps),
        total=total_of(amounts, currency),
        total_fee=total_of(charged, currency),
        expert_fee=total_of(kept, currency),
        client_fee_bps=client_fee_bps,
        expert_fee_bps=expert_fee_bps,
        expires_at=expires_at,
    )
