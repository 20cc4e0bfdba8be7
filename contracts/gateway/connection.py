"""A line to Stripe: its client, our three words for its refusals, and how its answers are read.

The SDK's `StripeClient` retries nothing unless told to and makes up a new idempotency key for each
call, so both are given here: two retries of the same request, and a key from our own rows.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import stripe

from contracts.gateway.protocol import (
    Declined,
    GatewayError,
    KeyRefused,
    Overtaken,
    Rejected,
    Unavailable,
)
from marketplace.kit import patience
from marketplace.kit.metrics import STRIPE_REFUSALS
from marketplace.kit.money import Money

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
RETRIES = 2
KEPT_SECONDS = 2.5
MOST_PER_PAGE = 100
ACCOUNT_LOST = "account_invalid"
# Definite refusals that pass when the payee or our balance changes (docs.stripe.com/error-codes).
DECLINES = frozenset(
    [
        "account_closed",
        ACCOUNT_LOST,
        "balance_insufficient",
        "bank_account_restricted",
        "bank_account_unusable",
        "capability_not_active",
        "insufficient_capabilities_for_transfer",
        "insufficient_funds",
        "no_account",
        "payouts_limit_exceeded",
        "payouts_not_allowed",
        "transfers_not_allowed",
    ]
)
# Refusals that say that something happened to the object meanwhile.
OVERTAKEN = frozenset(
    [
        "charge_already_refunded",
        "charge_disputed",
        "charge_not_refundable",
        "refund_disputed_payment",
    ]
)


# From the beginning, so that the first refusal is one more, and not the first anybody counted.
for word in (Declined, KeyRefused, Overtaken, Rejected, Unavailable):
    STRIPE_REFUSALS.labels(word=word.__name__)


class InTime(requests.Session):
    """Waits for Stripe no longer than whoever waits for us lets us.

    What is kept of their patience is for writing down that Stripe did not answer.
    """

    def request(self, *arguments: Any, **named: Any) -> requests.Response:
        """Send a request.

        :raises requests.Timeout: when no patience is left, and nothing was sent.
        """
        with patience.a_wait(TIMEOUT_SECONDS, kept=KEPT_SECONDS) as seconds:
            if seconds <= 0:
                raise requests.Timeout("Nobody waits any longer.")
            return super().request(*arguments, **named | {"timeout": seconds})


class Connection:
    """What every part of the gateway is made with."""

    def __init__(self, secret_key: str, address: str) -> None:
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={
                "api": address,
                "connect": address,
                "files": address,
                "meter_events": address,
            },
            http_client=stripe.RequestsClient(session=InTime()),
            max_network_retries=RETRIES,
        )


@contextmanager
def our_errors() -> Iterator[None]:
    """Say Stripe's refusals in our words, as `_in_our_words`, and count them."""
    try:
        with _in_our_words():
            yield
    except GatewayError as error:
        STRIPE_REFUSALS.labels(word=type(error).__name__).inc()
        raise


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Say Stripe's refusals in our words.

    What is not certain not to have happened is `Unavailable`: connection errors, time-outs, 5xx,
    409, answers that cannot be read. So is 429, which asks for patience, and a key that Stripe
    does not take, which is our configuration and no fault of the request.
    """
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise _locked_out(error) from error
    except stripe.CardError as error:
        raise Declined(error.code or "card_declined", str(error)) from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise _refusal(error) from error
    except stripe.StripeError as error:
        raise Unavailable(error.code or type(error).__name__, str(error)) from error


def _locked_out(error: stripe.StripeError) -> GatewayError:
    """Tell an account that has shut us out, which is its own affair, from a key nobody takes."""
    # The SDK keeps the code of these errors in their body only.
    code = error.error.code if error.error else None
    if code == ACCOUNT_LOST:
        return Declined(ACCOUNT_LOST, str(error))
    log.error("stripe.key.refused", extra={"code": code, "status": error.http_status})
    return KeyRefused("key_refused", str(error))


def _refusal(error: stripe.StripeError) -> GatewayError:
    if error.http_status == 409:  # noqa: PLR2004 (HTTP's own number)
        return Unavailable("idempotency_key_in_use", str(error))
    if isinstance(error, stripe.IdempotencyError):
        return Rejected("idempotency_error", str(error))
    code = error.code or "invalid_request"
    if code in OVERTAKEN:
        return Overtaken(code, str(error))
    payee_is_gone = code == "resource_missing" and getattr(error, "param", "") == "destination"
    kind = Declined if code in DECLINES or payee_is_gone else Rejected
    return kind(code, str(error))


def money(raw: Mapping[str, Any], field: str = "amount") -> Money:
    """Read an amount with the currency that stands beside it."""
    return Money(raw[field], raw["currency"])


def id_in(raw: Mapping[str, Any], field: str) -> str:
    """Return the id in a field that holds one, an object in its place, or nothing."""
    value = raw.get(field)
    return str(value["id"]) if isinstance(value, Mapping) else str(value or "")


def operation_of(raw: Mapping[str, Any]) -> str:
    """Return the operation an object was made by; what was made in the dashboard has none."""
    return str((raw.get("metadata") or {}).get("op_id", ""))
