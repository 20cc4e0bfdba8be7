"""Funding: a client pays for a milestone on Stripe's page, and what Stripe says of it decides.

`checkout_url` opens the page. `settle` takes note of what has become of it and may run any number
of times, from the webhook, the sweep or both at once: every step is taken once, none backwards.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.selectors import membership
from contracts import fees, gateway, policies
from contracts.models import (
    Contract,
    Freeze,
    LedgerTransaction,
    Milestone,
    Payment,
    Refund,
    Release,
)
from contracts.models.payment import LARGEST_CHARGE, LIVE_PAYMENTS, NOT_TAKEN, SMALLEST_CHARGE
from contracts.services import (
    card_testing,
    contracts,
    ledger,
    payment_notices,
    refunds,
    releases,
)
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

log = logging.getLogger(__name__)

Status = Payment.Status
# How long a payment page stays open; Stripe allows 30 minutes to 24 hours.
PAGE_IS_OPEN = timedelta(hours=1)
# What differs where the money is on our balance in another currency: no transfer can come of it.
SETTLED_ELSEWHERE = "settlement_currency"
# A payment this old has waited long enough for its webhook: we ask.
WEBHOOK_IS_LATE = timedelta(minutes=2)


class AmountNotChargeable(DomainError):
    """The total is outside what one card payment may be."""

    code = "amount_not_chargeable"
    sentence = gettext_lazy("This amount cannot be paid by card in one payment.")


class PaymentPageUnavailable(DomainError):
    """Stripe did not open a payment page."""

    status = 503
    code = "payment_page_unavailable"
    sentence = gettext_lazy(
        "Our payment provider does not answer at the moment. Nothing was charged. "
        "Try again in a minute."
    )


class PaymentIsUnderWay(DomainError):
    """The client has paid and the bank has yet to say so."""

    code = "payment_under_way"
    sentence = gettext_lazy("Your payment is on its way. You will hear from us once it arrives.")


class PaymentPageStaysOpen(DomainError):
    """Stripe did not close a payment page."""

    status = 503
    code = "payment_page_stays_open"
    sentence = gettext_lazy(
        "Our payment provider does not answer, so the payment page is still open. "
        "Try again in a minute."
    )


def checkout_url(milestone: Milestone, *, by: User, at: datetime) -> str:
    """Return the address of the page on which a client pays for a milestone.

    A page that is still open is used again, so that two clicks are one payment.

    :raises PermissionDenied: unless `by` moves money for the client.
    :raises IllegalMove: if the milestone is paid already.
    :raises ContractIsFrozen: while somebody looks at the contract.
    :raises ContractIsPaused: while it is, unless it is a bonus.
    :raises PaymentIsUnderWay: if it is about to be.
    :raises AmountNotChargeable: if the total is out of bounds.
    :raises TooManyRefusals, CardsAreTested: while cards seem to be tried out, by them or by others.
    :raises PaymentPageUnavailable: if Stripe opens none now.
    """
    _refuse_others(milestone.contract, by)
    card_testing.refuse(milestone.contract.organisation, by=by, at=at)
    try:
        _settle_overdue(milestone, at)
        payment = _begin(milestone, by=by, at=at)
        return (payment if payment.session_url else _open_page(payment, at)).session_url
    except gateway.GatewayError as error:
        raise PaymentPageUnavailable from error


def cancel(milestone: Milestone, *, by: User, at: datetime) -> Milestone:
    """Give up paying for a milestone: its page is closed, and if it was just paid, it is paid.

    :raises PermissionDenied: unless `by` moves money for the client.
    :raises IllegalMove: if no payment is under way.
    :raises PaymentIsUnderWay: once the bank works on it.
    :raises PaymentPageStaysOpen: if Stripe does not close the page.
    """
    _refuse_to_cancel(milestone, by)
    close_pages([milestone], at=at)
    return Milestone.objects.select_related("contract").get(pk=milestone.pk)


@transaction.atomic
def _refuse_to_cancel(milestone: Milestone, by: User) -> None:
    """Ask under the lock; the page is closed outside it."""
    _refuse_others(contracts.hold(milestone.contract), by)
    payment = milestone.payments.filter(status__in=LIVE_PAYMENTS).first()
    if payment is None:
        raise IllegalMove
    _reusable(payment)


def close_pages(milestones: Iterable[Milestone | None], *, at: datetime) -> None:
    """Close the payment pages of milestones, outside every lock; one that was just paid counts.

    :raises PaymentPageStaysOpen: if Stripe does not close one.
    """
    pages = Payment.objects.filter(
        milestone__in=[row.pk for row in milestones if row],
        status__in=(Status.CREATED, Status.OPEN),
    )
    try:
        for payment in pages.select_related("milestone__contract", "by"):
            _close_page(payment, at)
    except gateway.GatewayError as error:
        raise PaymentPageStaysOpen from error


def sync(payment: Payment, *, at: datetime) -> Payment:
    """Ask Stripe what has become of a payment, and take note.

    :raises GatewayError: if Stripe does not say.
    """
    if not payment.session_id:
        payment = _open_page(payment, at)
    session = gateway.provider().checkout(payment.session_id or "")
    return settle(payment, session, at=at)


@transaction.atomic
def settle(
    payment: Payment, session: gateway.Session, *, at: datetime, refused: str = ""
) -> Payment:
    """Take note of what has become of a payment; money that came is a fact and always counts.

    :param refused: a charge that a bank refused, which need not be the last one of the session.
    """
    contracts.hold(payment.milestone.contract)
    payment = Payment.objects.select_related("milestone__contract").get(pk=payment.pk)
    _note_session(payment, session, at)
    _note_refusals(payment, session.intent, refused, at)
    if session.intent and session.intent.status == "succeeded" and session.is_paid:
        _book_stripe_fee(payment, session.intent, at)
        if payment.status in NOT_TAKEN:
            _take(payment, session, session.intent, at)
    elif session.status == "complete":
        _wait_or_fail(payment, session, at)
    elif session.status == "expired" and payment.may("expire"):
        payment.move("expire", by=None, at=at)
        _free(payment.milestone, at)
    return payment


def _close_page(payment: Payment, at: datetime) -> Payment:
    """Close one page; one Stripe may have and we have not seen is found by its key first."""
    payment = payment if payment.session_id else _open_page(payment, at)
    key = f"expire:{payment.public_id}:1"
    session = gateway.provider().expire_checkout(payment.session_id or "", key=key)
    return settle(payment, session, at=at)


def unsettled(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of payments to ask Stripe about: those late, and those without its fee."""
    late = Payment.objects.filter(status__in=LIVE_PAYMENTS, created_at__lte=at - WEBHOOK_IS_LATE)
    without_fee = Payment.objects.filter(status=Status.HELD, balance_transaction_id=None)
    rows = (late | without_fee).order_by("expires_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def _settle_overdue(milestone: Milestone, at: datetime) -> None:
    """Learn how an earlier attempt ended whose page has closed by now."""
    overdue = milestone.payments.filter(status__in=LIVE_PAYMENTS, expires_at__lte=at).first()
    if overdue:
        sync(overdue, at=at)


@transaction.atomic
def _begin(milestone: Milestone, *, by: User, at: datetime) -> Payment:
    """Return the milestone's live payment, or write down a new one before Stripe hears of it."""
    contract = contracts.hold_unfrozen(milestone.contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    _refuse_others(contract, by)
    milestone = Milestone.objects.select_related("contract").get(pk=milestone.pk)
    if contract.status == contract.Status.PAUSED and not milestone.is_bonus:
        raise contracts.ContractIsPaused
    if milestone.status == Milestone.Status.FUNDING:
        return _reusable(milestone.payments.get(status__in=LIVE_PAYMENTS))
    milestone.move("start_funding", by=by, at=at)
    fee = fees.client_fee(milestone.amount, bps=milestone.contract.client_fee_bps)
    if not SMALLEST_CHARGE <= (milestone.amount + fee).minor <= LARGEST_CHARGE:
        raise AmountNotChargeable
    return Payment.objects.create(
        milestone=milestone,
        by=by,
        amount_minor=milestone.amount.minor,
        fee_minor=fee.minor,
        currency=fee.currency,
        created_at=at,
        expires_at=at + PAGE_IS_OPEN,
    )


def _refuse_others(contract: Contract, by: User) -> None:
    if not policies.may_fund(membership(by, contract.organisation)):
        raise PermissionDenied


def _reusable(payment: Payment) -> Payment:
    if payment.status == Status.PROCESSING:
        raise PaymentIsUnderWay
    return payment


def _open_page(payment: Payment, at: datetime) -> Payment:
    """Open the payment's page; the key makes a repeat after a crash the same page."""
    try:
        session = gateway.provider().open_checkout(
            _asked(payment), key=f"pay:{payment.public_id}:1"
        )
    except gateway.Rejected:
        log.exception("payment.page.rejected", extra={"payment": payment.pk})
        _give_up(payment, at)
        raise
    with transaction.atomic():
        contracts.hold(payment.milestone.contract)
        payment = Payment.objects.select_related("milestone__contract").get(pk=payment.pk)
        _note_session(payment, session, at)
    return payment


def _asked(payment: Payment) -> gateway.Checkout:
    milestone = payment.milestone
    contract = milestone.contract
    path = reverse("contracts:funding", args=[contract.public_id, milestone.public_id])
    fee = Money(payment.fee_minor, payment.currency)
    fee_line = [(_("%(site)s service fee") % {"site": settings.SITE_NAME}, fee)] if fee else []
    return gateway.Checkout(
        payment_id=payment.public_id,
        contract_id=contract.public_id,
        lines=[(milestone.title, milestone.amount), *fee_line],
        email=payment.by.email,
        expires_at=payment.expires_at,
        return_url=settings.SITE_URL + path,
        cancel_url=f"{settings.SITE_URL}{path}?cancelled=1",
    )


def _note_session(payment: Payment, session: gateway.Session, at: datetime) -> None:
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


@transaction.atomic
def _give_up(payment: Payment, at: datetime) -> None:
    contracts.hold(payment.milestone.contract)
    payment = Payment.objects.select_related("milestone__contract").get(pk=payment.pk)
    if payment.may("fail"):
        payment.move("fail", by=None, at=at)
        _free(payment.milestone, at)


def _wait_or_fail(payment: Payment, session: gateway.Session, at: datetime) -> None:
    """The client is done with the page and the money is not here: is it on its way?"""
    is_under_way = session.intent is not None and session.intent.status == "processing"
    if is_under_way and payment.may("process"):
        payment.move("process", by=None, at=at)
    elif not is_under_way and payment.may("fail"):
        payment.move("fail", by=None, at=at)
        _free(payment.milestone, at)


def _free(milestone: Milestone, at: datetime) -> None:
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
    _free(payment.milestone, at)
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
