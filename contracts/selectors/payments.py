"""What a bank said of a card, in the payer's words."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from contracts.models import Payment

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
