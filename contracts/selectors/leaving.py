"""What keeps somebody from being erased: contracts, offers, disputes and money of theirs.

Theirs is what they do as an expert, and what an organisation does that has nobody else; what is
shared with others goes on with them.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, Organisation, User
from contracts.models import (
    Contract,
    Dispute,
    ExpertPayout,
    LedgerAccount,
    Milestone,
    Offer,
    Payment,
)
from contracts.models.contract import ALIVE
from contracts.models.dispute import OPEN_DISPUTES
from contracts.models.ledger import Pot
from contracts.models.payment import LIVE_PAYMENTS

P = ExpertPayout.Status
ON_ITS_WAY = (P.NOTICED, P.PENDING, P.IN_TRANSIT)


def has_contracts(person: User) -> bool:
    """Whether a contract of theirs runs."""
    return contracts_of(person).filter(status__in=ALIVE).exists()


def has_offers(person: User) -> bool:
    """Whether an offer by them or to them waits for an answer."""
    sides = Q(proposal__expert__user=person) | Q(proposal__job__organisation__in=_alone(person))
    return Offer.objects.filter(sides, status=Offer.Status.SENT).exists()


def has_disputes(person: User) -> bool:
    """Whether a dispute about one of their contracts is not over."""
    open_ones = Dispute.objects.filter(status__in=OPEN_DISPUTES)
    return open_ones.filter(milestone__contract__in=contracts_of(person)).exists()


def has_money(person: User) -> bool:
    """Whether money is held for a contract of theirs, or on its way to or from them."""
    milestones = Milestone.objects.filter(contract__in=contracts_of(person))
    payments = Payment.objects.filter(milestone__in=milestones)
    return (
        _has_in(Pot.ESCROW, milestones.values_list("public_id", "contract__currency"))
        or _has_in(Pot.REFUND_PAYABLE, payments.values_list("public_id", "received_currency"))
        or payments.filter(status__in=LIVE_PAYMENTS).exists()
        or ExpertPayout.objects.filter(account__expert__user=person, status__in=ON_ITS_WAY).exists()
    )


def has_balance(person: User) -> bool:
    """Whether we owe them or they owe us."""
    expert = getattr(person, "expert", None)
    if expert is None:
        return False
    theirs = Q(code__startswith=f"{Pot.PAYABLE}:{expert.public_id}:")
    owed = Q(code__startswith=f"{Pot.RECEIVABLE}:{expert.public_id}:")
    return LedgerAccount.objects.filter(theirs | owed).exclude(balance=0).exists()


def contracts_of(person: User) -> QuerySet[Contract]:
    """Return the contracts that end with this person."""
    return Contract.objects.filter(Q(expert__user=person) | Q(organisation__in=_alone(person)))


def _alone(person: User) -> QuerySet[Organisation]:
    """Return the organisations nobody else belongs to."""
    others = Membership.objects.filter(organisation=OuterRef("pk")).exclude(user=person)
    return Organisation.objects.filter(~Exists(others), memberships__user=person)


def _has_in(pot: Pot, rows: Iterable[tuple[str, str]]) -> bool:
    """Whether something is left in this pot of one of these rows, each with its currency."""
    codes = [f"{pot}:{public_id}:{currency}" for public_id, currency in rows]
    return LedgerAccount.objects.filter(code__in=codes).exclude(balance=0).exists()
