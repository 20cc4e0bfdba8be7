"""Payments: what Stripe says of one is taken note of, and money that came funds its milestone.

`settle` may run any number of times, from the webhook, the sweep or both at once: every step is
taken once, none backwards.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts import gateway
from contracts.models import Freeze, LedgerTransaction, Milestone, Payment, Refund, Release
from contracts.models.payment import LIVE_PAYMENTS, NOT_TAKEN
from contracts.services import contracts, ledger, payment_notices, refunds, releases

log = logging.getLogger(__name__)

Status = Payment.Status
# What differs where the money is on our balance in another currency: no transfer can come of it.
SETTLED_ELSEWHERE = "settlement_currency"


@transaction.atomic
def settle(
    payment: Payment, session: gateway.Session, *, at: datetime, refused: str = ""
) -> Payment:
    """Take note of what has become of a payment; money that came is a fact and always counts.

    :param refused: a charge that a bank refused, which need not be the last one of the session.
    """
    contracts.hold(payment.milestone.contract)
    payment = Payment.objects.select_related("milestone__contract").get(pk=payment.pk)
    note_session(payment, session, at)
    _note_refusals(payment, session.intent, refused, at)
    if session.intent and session.intent.status == "succeeded" and session.is_paid:
        _book_stripe_fee(payment, session.intent, at)
        if payment.status in NOT_TAKEN:
            _take(payment, session, session.intent, at)
    elif session.status == "complete":
        _wait_or_fail(payment, session, at)
    elif session.status == "expired" and payment.may("expire"):
        payment.move("expire", by=None, at=at)
        free(payment.milestone, at)
    return payment


def note_session(payment: Payment, session: gateway.Session, at: datetime) -> None:
    """Remember which page is this payment's; a webhook may be faster than our own answer."""
    if payment.session_id is None:
        payment.session_id, payment.session_url = session.id, session.url
        payment.save(update_fields=["session_id", "session_url"])
    intent = session.intent
    refused_with = intent.refusal if intent else ""
    card = intent.charge.card if intent and intent.charge else payment.card
    if (payment.refused_with, payment.card) != (refused_with, card):
        payment.refused_with, payment.card = refused_with, card
        payment.save(update_fields=["refused_with", "card"])
    if payment.status == Status.CREATED:
        payment.move("open", by=None, at=at)


def _note_refusals(
    payment: Payment, intent: gateway.Intent | None, refused: str, at: datetime
) -> None:
    """Count every card that a bank has refused, each once, in whichever order we hear of them."""
    last = intent.charge.id if intent and intent.refusal and intent.charge else ""
    refusals = {refused, last} - {""}
    if not refusals or not payment.may("refuse"):
        return
    known = payment.history.filter(verb="refuse").values_list("reason", flat=True)
    for charge in refusals - set(known):
        payment.move("refuse", by=None, at=at, reason=charge)


def _wait_or_fail(payment: Payment, session: gateway.Session, at: datetime) -> None:
    """The client is done with the page and the money is not here: is it on its way?"""
    is_under_way = session.intent is not None and session.intent.status == "processing"
    if is_under_way and payment.may("process"):
        payment.move("process", by=None, at=at)
    elif not is_under_way and payment.may("fail"):
        payment.move("fail", by=None, at=at)
        free(payment.milestone, at)


def free(milestone: Milestone, at: datetime) -> None:
    """Let the client pay again, unless another payment of theirs is live or has arrived.

    A bonus or a week that was not paid is no debt: it is given up.
    """
    verb = "cancel" if milestone.is_made_to_be_paid else "stop_funding"
    if milestone.may(verb) and not milestone.payments.filter(status__in=LIVE_PAYMENTS).exists():
        milestone.move(verb, by=None, at=at)


def _take(payment: Payment, session: gateway.Session, intent: gateway.Intent, at: datetime) -> None:
    payment.intent_id = intent.id
    payment.charge_id = intent.charge.id if intent.charge else None
    payment.received_minor = intent.received.minor
    payment.received_currency = intent.received.currency
    payment.held_at = at
    payment.save(
        update_fields=["intent_id", "charge_id", "received_minor", "received_currency", "held_at"]
    )
    difference = _difference(payment, session, intent)
    if difference:
        _set_aside(payment, difference, at)
    elif payment.milestone.may("fund") and not _may_not_be_passed_on(payment.milestone):
        count(payment, "hold", by=None, at=at)
    else:
        send_back(payment, by=None, at=at)


def count(payment: Payment, verb: str, *, by: User | None, at: datetime) -> None:
    """Let money that is here, and is what we asked for, fund its milestone.

    :raises IllegalMove: if the payment or the milestone is past that.
    """
    milestone = payment.milestone
    payment.move(verb, by=by, at=at)
    milestone.funded_at = at
    milestone.save(update_fields=["funded_at"])
    milestone.move("fund", by=by, at=at)
    ledger.post(
        LedgerTransaction.Kind.FUND,
        f"fund:{payment.public_id}",
        [
            ledger.debit(ledger.stripe(payment.currency), payment.total),
            ledger.credit(ledger.escrow(milestone), milestone.amount),
            ledger.credit(ledger.fee_deferred(milestone), payment.total - milestone.amount),
        ],
        contract=milestone.contract,
        at=at,
    )
    if milestone.is_bonus:
        _pass_on(milestone, by=payment.by, at=at)


def _may_not_be_passed_on(milestone: Milestone) -> bool:
    """A bonus waits for nobody: on a contract whose money stands still, it goes back."""
    return milestone.is_bonus and milestone.contract.is_frozen


def _pass_on(bonus: Milestone, *, by: User, at: datetime) -> None:
    bonus.released_at = at
    bonus.save(update_fields=["released_at"])
    bonus.move("pass_on", by=by, at=at)
    releases.release(bonus, bonus.amount, kind=Release.Kind.BONUS, by=by, at=at)


def send_back(payment: Payment, *, by: User | None, at: datetime, reason: str = "") -> Refund:
    """Return all of a payment that came for what is paid already, or no longer to be paid.

    :param reason: why, where our staff decided it; the client reads it.
    :raises IllegalMove: if it counts, or has gone back already.
    """
    payment.move("send_back", by=by, at=at)
    ledger.post(
        LedgerTransaction.Kind.FUND,
        f"fund:{payment.public_id}",
        [
            ledger.debit(ledger.stripe(payment.received.currency), payment.received),
            ledger.credit(ledger.refund_payable(payment), payment.received),
        ],
        contract=payment.milestone.contract,
        at=at,
    )
    return refunds.return_whole(payment, by=by, at=at, reason=reason)


def _set_aside(payment: Payment, difference: str, at: datetime) -> None:
    """The money is here and nobody knows why: keep it apart, stand still, have a person look."""
    log.error("payment.mismatch", extra={"payment": payment.pk, "difference": difference})
    contract = payment.milestone.contract
    payment.move("flag", by=None, at=at, reason=difference)
    free(payment.milestone, at)
    contracts.freeze(
        contract, reason=Freeze.Reason.PAYMENT, source=payment.public_id, by=None, at=at
    )
    ledger.post(
        LedgerTransaction.Kind.MISMATCH,
        f"mismatch:{payment.intent_id}",
        [
            ledger.debit(ledger.stripe(payment.received.currency), payment.received),
            ledger.credit(ledger.suspense(payment.received.currency), payment.received),
        ],
        contract=contract,
        at=at,
    )


def _difference(payment: Payment, session: gateway.Session, intent: gateway.Intent) -> str:
    """Name the first thing about the money that is not as we asked, or nothing."""
    fee = intent.charge.fee if intent.charge else None
    facts = {
        "amount": intent.received == payment.total,
        "payment": {session.payment_id, intent.payment_id} == {payment.public_id},
        "session": session.id == payment.session_id,
        "charge": intent.charge is not None,
        "livemode": session.livemode == settings.STRIPE_LIVEMODE,
        SETTLED_ELSEWHERE: fee is None or fee.currency == payment.currency,
    }
    return next((name for name, is_right in facts.items() if not is_right), "")


def _book_stripe_fee(payment: Payment, intent: gateway.Intent, at: datetime) -> None:
    """Post what Stripe kept, as soon as it says; it may come later than the charge."""
    charge = intent.charge
    if charge is None or not charge.fee or payment.balance_transaction_id:
        return
    payment.balance_transaction_id = charge.balance_transaction_id
    payment.save(update_fields=["balance_transaction_id"])
    ledger.post(
        LedgerTransaction.Kind.STRIPE_FEE,
        f"bt:{charge.balance_transaction_id}",
        [
            ledger.credit(ledger.stripe(charge.fee.currency), charge.fee),
            ledger.debit(ledger.psp_fees(charge.fee.currency), charge.fee),
        ],
        contract=payment.milestone.contract,
        at=at,
    )
    if payment.status == Status.HELD and charge.fee.currency != payment.currency:
        _stop_what_settled_elsewhere(payment, charge.fee.currency, at)


def _stop_what_settled_elsewhere(payment: Payment, currency: str, at: datetime) -> None:
    """Let nothing leave before a person has looked: Stripe named the currency after it was held."""
    log.error("payment.settled_elsewhere", extra={"payment": payment.pk, "currency": currency})
    contracts.freeze(
        payment.milestone.contract,
        reason=Freeze.Reason.STAFF,
        source=contracts.BY_STAFF,
        by=None,
        at=at,
        note=_("%(payment)s is on our balance in %(currency)s.")
        % {"payment": payment.public_id, "currency": currency.upper()},
    )
    payment_notices.payment_settled_elsewhere(payment, currency, at)
