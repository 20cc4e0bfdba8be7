"""Double-blind settlement: each side names its amount, and learns only whether the two meet."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Dispute, SettlementOffer
from contracts.models.dispute import BETWEEN_THE_SIDES, Side
from contracts.services import awards, disputes
from contracts.services.disputes import WishOutOfRange
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money

# So often a side may name an amount. Whoever could try without end would feel their way, cent by
# cent, to the other side's amount, and take all of the room between the two.
MOST_OFFERS = 5


class NotBeingSettled(DomainError):
    """The time between the two sides has not begun, or is over."""

    code = "not_being_settled"
    sentence = _("This dispute is not being settled now. Reload to see where it stands.")


class NoOffersLeft(DomainError):
    """Each side changes its amount four times at most."""

    code = "no_offers_left"
    sentence = _("Your side has named an amount five times. The last one stands.")


@transaction.atomic
def offer(dispute: Dispute, amount: Money, *, by: User, at: datetime) -> Dispute:
    """Say what one's side would accept for the expert: the client at most, the expert at least.

    If the client's most reaches the expert's least, the expert gets the middle, with an odd cent,
    and the dispute is settled.

    :raises PermissionDenied: unless `by` is the expert or moves money for the client.
    :raises NotBeingSettled: before the answer, and once the time for it is over.
    :raises DisputeIsSuspended: while a bank looks at the payment.
    :raises WishOutOfRange: unless the amount is within what is frozen.
    :raises NoOffersLeft: when the side has named five.
    :raises ContractIsFrozen: when they meet while somebody looks at the contract.
    """
    dispute = disputes.hold(dispute)
    side = disputes.side_that_may_settle(by, dispute.milestone.contract)
    if dispute.status not in BETWEEN_THE_SIDES:
        raise NotBeingSettled
    disputes.refuse_suspended(dispute)
    if not 0 <= amount.minor <= dispute.amount_minor:
        raise WishOutOfRange
    if dispute.offers.filter(side=side).count() >= MOST_OFFERS:
        raise NoOffersLeft
    SettlementOffer.objects.create(
        dispute=dispute, side=side, amount_minor=amount.minor, by=by, created_at=at
    )
    if dispute.may("start_settling"):
        dispute.move("start_settling", by=by, at=at)
    most, least = _latest(dispute, Side.CLIENT), _latest(dispute, Side.EXPERT)
    if most is None or least is None or most < least:
        return dispute
    return awards.give(
        dispute,
        middle(most, least),
        verb="settle",
        outcome=Dispute.Outcome.NUMBERS,
        by=by,
        at=at,
    )


def middle(most: Money, least: Money) -> Money:
    """Return the middle of two amounts; the cent that cannot be halved is the expert's."""
    return Money((most.minor + least.minor + 1) // 2, most.currency)


def _latest(dispute: Dispute, side: str) -> Money | None:
    row = dispute.offers.filter(side=side).last()
    return Money(row.amount_minor, dispute.amount.currency) if row else None
