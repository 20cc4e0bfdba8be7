"""Money that came and was not what we asked for: it counts as it is, or goes back.

`funding` has set it aside and frozen the contract, and `instructions` has had two of our staff say
what is to become of it. Amounts are never edited: the posting that set the money aside is reversed,
and what it was after all is posted anew.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Contract, LedgerTransaction, Payment, Refund
from contracts.services import contracts, ledger, payments
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove


class NotWhatThePriceIs(DomainError):
    """Another amount, or another currency, cannot fund a milestone."""

    code = "not_what_the_price_is"
    sentence = _("This is not the price of the milestone, so it cannot fund it. Send it back.")


def refuse_what_is_decided(payment: Payment) -> None:
    """Refuse a payment that does not wait for a person.

    :raises IllegalMove: then.
    """
    if payment.status != Payment.Status.MISMATCH:
        raise IllegalMove


def refuse_to_adopt(payment: Payment) -> None:
    """Refuse to let count what is not the price, or was decided about.

    :raises IllegalMove: unless it waits for a person.
    :raises NotWhatThePriceIs: if the amount or the currency is another.
    """
    refuse_what_is_decided(payment)
    if not may_count(payment):
        raise NotWhatThePriceIs


def may_count(payment: Payment) -> bool:
    """Whether it can fund its milestone: the amount is right, and so is the currency we have it in.

    What came onto our balance in another currency could not be sent on to the expert.
    """
    settled_elsewhere = payment.history.filter(reason=payments.SETTLED_ELSEWHERE).exists()
    return payment.received == payment.total and not settled_elsewhere


@transaction.atomic
def adopt(payment: Payment, *, by: User, at: datetime) -> Payment:
    """Let a payment count after all: its amount is right, and what else differed is explained.

    The caller has checked who may, and holds the contract's lock.

    :raises IllegalMove: unless it waits for a person, and its milestone for money.
    :raises NotWhatThePriceIs: if the amount or the currency is another.
    """
    refuse_to_adopt(payment)
    _take_back_the_setting_aside(payment, at)
    payments.count(payment, "adopt", by=by, at=at)
    _unfreeze(payment, by, at)
    return payment


@transaction.atomic
def send_back(payment: Payment, *, reason: str, by: User, at: datetime) -> Refund:
    """Return all that came to where it came from.

    The caller has checked who may, and holds the contract's lock.

    :raises IllegalMove: unless it waits for a person.
    """
    refuse_what_is_decided(payment)
    _take_back_the_setting_aside(payment, at)
    refund = payments.send_back(payment, by=by, at=at, reason=reason)
    _unfreeze(payment, by, at)
    return refund


def _take_back_the_setting_aside(payment: Payment, at: datetime) -> None:
    key = f"mismatch:{payment.intent_id}"
    aside = LedgerTransaction.objects.get(idem_key=key)
    ledger.reverse(aside, key=f"{key}:resolved", at=at)


def _unfreeze(payment: Payment, by: User, at: datetime) -> None:
    contract: Contract = payment.milestone.contract
    contracts.unfreeze(contract, source=payment.public_id, by=by, at=at)
