"""Money that came and was not what we asked for: a person takes it as it is, or sends it back.

`funding` has set it aside and frozen the contract. Amounts are never edited: the posting that set
the money aside is reversed, and what it was after all is posted anew.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import policies
from contracts.models import Contract, LedgerTransaction, Payment, Refund
from contracts.services import contracts, funding, ledger
from marketplace.kit.errors import DomainError


class NotWhatThePriceIs(DomainError):
    """Another amount, or another currency, cannot fund a milestone."""

    code = "not_what_the_price_is"
    sentence = _("This is not the price of the milestone, so it cannot fund it. Send it back.")


@transaction.atomic
def adopt(payment: Payment, *, by: User, at: datetime) -> Payment:
    """Let a payment count after all: its amount is right, and what else differed is explained.

    :raises PermissionDenied: unless `by` is staff who watch the money.
    :raises IllegalMove: unless it waits for a person, and its milestone for money.
    :raises NotWhatThePriceIs: if the amount or the currency is another.
    """
    payment = _held_for_a_person(payment, by)
    if payment.received != payment.total:
        raise NotWhatThePriceIs
    _take_back_the_setting_aside(payment, at)
    funding.count(payment, "adopt", by=by, at=at)
    _unfreeze(payment, by, at)
    return payment


@transaction.atomic
def send_back(payment: Payment, *, by: User, at: datetime) -> Refund:
    """Return all that came to where it came from.

    :raises PermissionDenied: unless `by` is staff who watch the money.
    :raises IllegalMove: unless it waits for a person.
    """
    payment = _held_for_a_person(payment, by)
    _take_back_the_setting_aside(payment, at)
    refund = funding.send_back(payment, by=by, at=at)
    _unfreeze(payment, by, at)
    return refund


def _held_for_a_person(payment: Payment, by: User) -> Payment:
    if not policies.may_watch_money(by):
        raise PermissionDenied
    contracts.hold(payment.milestone.contract)
    return Payment.objects.select_related("milestone__contract").get(pk=payment.pk)


def _take_back_the_setting_aside(payment: Payment, at: datetime) -> None:
    key = f"mismatch:{payment.intent_id}"
    aside = LedgerTransaction.objects.get(idem_key=key)
    ledger.reverse(aside, key=f"{key}:resolved", at=at)


def _unfreeze(payment: Payment, by: User, at: datetime) -> None:
    contract: Contract = payment.milestone.contract
    contracts.unfreeze(contract, source=payment.public_id, by=by, at=at)
