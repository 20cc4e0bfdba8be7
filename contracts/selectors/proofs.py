"""Reads of what a contract can show in public, and of who has agreed that it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.models import User
from contracts import chains, policies
from contracts.chains import Head
from contracts.models import Contract, Feedback, Milestone, ProofConsent
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import money_text

Side = ProofConsent.Side
# The bands an amount is shown in, by where each begins, in whole units of the currency.
BANDS = (1_000, 5_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the public page says: no names, and no exact amounts."""

    contract: str
    title: str
    skills: Sequence[str]
    band: str
    started_on: date
    ended_on: date | None
    accepted: int
    milestones: int
    # What the client gave the expert, 1 to 5; nothing before it is public.
    rating: int | None
    head: Head


@dataclass(frozen=True, slots=True)
class Consents:
    """Where the agreement to the public page stands, as one reader sees it."""

    head: Head | None
    has_release: bool
    own_since: datetime | None
    others_since: datetime | None

    @property
    def is_public(self) -> bool:
        """Whether both sides agree now."""
        return self.own_since is not None and self.others_since is not None


def consents(contract: Contract, user: User) -> Consents:
    """Return who has agreed to the public page; nobody can before there is anything to show."""
    head = chains.head(contract)
    standing = contract.proof_consents.filter(withdrawn_at=None)
    since = dict(standing.values_list("side", "given_at")) if head else {}
    is_expert = policies.is_expert_of(user, contract)
    own, other = (Side.EXPERT, Side.CLIENT) if is_expert else (Side.CLIENT, Side.EXPERT)
    return Consents(
        head=head,
        has_release=any(row.released for row in contract.milestones.all()),
        own_since=since.get(own),
        others_since=since.get(other),
    )


def proof(public_id: str) -> Proof | None:
    """Return what may be shown of a contract to anybody, or nothing unless both sides agree."""
    contract = Contract.objects.filter(public_id=public_id).select_related("job").first()
    if contract is None:
        return None
    standing = contract.proof_consents.filter(withdrawn_at=None)
    head = chains.head(contract)
    if head is None or set(standing.values_list("side", flat=True)) != set(Side.values):
        return None
    milestones = list(contract.milestones.prefetch_related("releases", "refunds"))
    released = total_of((row.released for row in milestones), contract.currency)
    return Proof(
        contract=contract.public_id,
        title=contract.title,
        skills=_skills(contract),
        band=band_of(released),
        started_on=contract.started_at.date(),
        ended_on=contract.completed_at.date() if contract.completed_at else None,
        accepted=sum(row.status == Milestone.Status.RELEASED for row in milestones),
        milestones=len(milestones),
        rating=_rating(contract),
        head=head,
    )


def band_of(amount: Money) -> str:
    """Return an amount as the band it falls in, such as "$1,000.00 to $5,000.00"."""
    starts = [Money(units * 100, amount.currency) for units in BANDS]
    if amount < starts[0]:
        return _("under %(amount)s") % {"amount": money_text(starts[0])}
    for low, high in pairwise(starts):
        if amount < high:
            values = {"low": money_text(low), "high": money_text(high)}
            return _("%(low)s to %(high)s") % values
    return _("%(amount)s or more") % {"amount": money_text(starts[-1])}


def _skills(contract: Contract) -> list[str]:
    if contract.job is None:
        return []
    return [wish.skill.title for wish in contract.job.skills.select_related("skill")]


def _rating(contract: Contract) -> int | None:
    said = contract.feedback.filter(side=Feedback.Side.CLIENT, published_at__isnull=False)
    return said.values_list("rating", flat=True).first()
