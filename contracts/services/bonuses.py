"""Bonuses: a client pays more than was agreed, and it is the expert's as soon as it arrives.

A bonus is a milestone of its own kind, so it is paid, fee'd, sent, and taken back by a bank exactly
as the others are. Nobody reviews it and nothing is held.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Contract, Milestone
from contracts.models.milestone import UNPAID
from contracts.services import contracts, funding
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import money_text


class TooLateForABonus(DomainError):
    """The contract was cancelled, or has been over for too long."""

    code = "too_late_for_a_bonus"
    sentence = _("A bonus can be paid while the contract runs, and for 30 days after its end.")


class BonusOutOfBounds(DomainError):
    """Less than a card payment is worth, or more than one may be."""

    code = "bonus_out_of_bounds"
    status = 422


def checkout_url(contract: Contract, amount: Money, *, by: User, at: datetime) -> str:
    """Return the address of the page on which a client pays a bonus.

    One that was begun and not paid is given up for another amount, and gone on with for the same.

    :param amount: what it is before fees; both fees of the contract apply to it.
    :raises PermissionDenied: unless `by` moves money for the client.
    :raises BonusOutOfBounds: unless the amount is within the bounds.
    :raises TooLateForABonus: once the contract has been over for 30 days, or was cancelled.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises PaymentIsUnderWay: while the bank works on another bonus.
    :raises PaymentPageUnavailable: if Stripe opens none now.
    """
    contracts.refuse_all_but_payers(by, contract)
    _refuse_out_of_bounds(amount)
    begun = contract.milestones.filter(kind=Milestone.Kind.BONUS, status__in=UNPAID)
    others = begun.exclude(amount_minor=amount.minor)
    funding.close_pages(others.select_related("contract"), at=at)
    return funding.checkout_url(_promised(contract, amount, by=by, at=at), by=by, at=at)


@transaction.atomic
def _promised(contract: Contract, amount: Money, *, by: User, at: datetime) -> Milestone:
    contract = contracts.hold_unfrozen(contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    contracts.refuse_all_but_payers(by, contract)
    if not contract.may_be_thanked(at):
        raise TooLateForABonus
    begun = contract.milestones.filter(kind=Milestone.Kind.BONUS, status__in=UNPAID)
    if same := begun.filter(amount_minor=amount.minor).select_related("contract").first():
        return same
    for milestone in begun.filter(status=Milestone.Status.PLANNED):
        milestone.move("cancel", by=None, at=at)
    last = contract.milestones.order_by("position").last()
    return Milestone.objects.create(
        contract=contract,
        kind=Milestone.Kind.BONUS,
        position=last.position + 1 if last else 1,
        title=str(Milestone.Kind.BONUS.label),
        amount_minor=amount.minor,
        due_on=at.date(),
    )


def _refuse_out_of_bounds(amount: Money) -> None:
    least = Money(settings.BONUS_MIN_MINOR, amount.currency)
    most = Money(settings.MILESTONE_MAX_MINOR, amount.currency)
    if not least <= amount <= most:
        raise BonusOutOfBounds(
            _("Enter an amount from %(least)s to %(most)s.")
            % {"least": money_text(least), "most": money_text(most)}
        )
