"""Funding: a client pays for a milestone on Stripe's page.

`checkout_url` opens the page, `cancel` closes it, `sync` asks what has become of it.
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
from contracts.models import Contract, Milestone, Payment
from contracts.models.payment import LARGEST_CHARGE, LIVE_PAYMENTS, SMALLEST_CHARGE
from contracts.services import card_testing, contracts, payments
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

log = logging.getLogger(__name__)

Status = Payment.Status
# How long a payment page stays open; Stripe allows 30 minutes to 24 hours.
PAGE_IS_OPEN = timedelta(hours=1)
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
    return payments.settle(payment, session, at=at)


def _close_page(payment: Payment, at: datetime) -> Payment:
    """Close one page; one Stripe may have and we have not seen is found by its key first."""
    payment = payment if payment.session_id else _open_page(payment, at)
    key = f"expire:{payment.public_id}:1"
    session = gateway.provider().expire_checkout(payment.session_id or "", key=key)
    return payments.settle(payment, session, at=at)


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
        payments.note_session(payment, session, at)
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


@transaction.atomic
def _give_up(payment: Payment, at: datetime) -> None:
    contracts.hold(payment.milestone.contract)
    payment = Payment.objects.select_related("milestone__contract").get(pk=payment.pk)
    if payment.may("fail"):
        payment.move("fail", by=None, at=at)
        payments.free(payment.milestone, at)
