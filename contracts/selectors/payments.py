"""What a bank said of a card, in the payer's words, and how often banks refuse."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Payment, PaymentEvent

# Stripe's decline codes (docs.stripe.com/declines/codes). That a card was reported lost or stolen
# is not ours to tell, so those are among the ones without a reason.
REASONS: Mapping[str, Callable[[], str]] = {
    "insufficient_funds": lambda: _("There is not enough money on the card."),
    "expired_card": lambda: _("The card has expired."),
    "incorrect_cvc": lambda: _("The security code is not right."),
    "card_velocity_exceeded": lambda: _("The card's limit is reached."),
    "withdrawal_count_limit_exceeded": lambda: _("The card's limit is reached."),
    "currency_not_supported": lambda: _("The card cannot pay in this currency."),
    "authentication_required": lambda: _("Your bank wants to be sure that it is you."),
    "authentication_failed": lambda: _("Your bank could not make sure that it is you."),
    "payment_intent_authentication_failure": lambda: _(
        "Your bank could not make sure that it is you."
    ),
    "processing_error": lambda: _("Something went wrong at the bank."),
}


def refusal(payment: Payment | None) -> str:
    """Say why the bank refused the card the last time, or nothing if it has not."""
    if payment is None or not payment.refused_with:
        return ""
    known = REASONS.get(payment.refused_with)
    return known() if known else _("The bank gave no reason.")


def refusals_of(payer: User, *, since: datetime) -> int:
    """Count the cards that banks have refused somebody since then (UTC)."""
    return PaymentEvent.objects.filter(verb="refuse", row__by=payer, at__gt=since).count()


def refused_and_accepted(*, since: datetime) -> tuple[int, int]:
    """Count the cards that banks have refused, and the payments that came, since then (UTC)."""
    refused = PaymentEvent.objects.filter(verb="refuse", at__gt=since).count()
    return refused, Payment.objects.filter(held_at__gt=since).count()


def open_pages() -> QuerySet[Payment]:
    """Return the payments whose page takes a card."""
    return Payment.objects.filter(status__in=(Payment.Status.CREATED, Payment.Status.OPEN))
