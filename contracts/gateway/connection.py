"""A line to Stripe: its client, our three words for its refusals, and how its answers are read.

The SDK's `StripeClient` retries nothing unless told to and makes up a new idempotency key for each
call, so both are given here: two retries of the same request, and a key from our own rows.
"""

import io
import logging
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any

import requests
import stripe
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Timeout

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
# Seconds: who took so long to fail hangs, and is left alone for a while.
HANGS, LEFT_ALONE = 3.0, 5.0
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

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("https://", "http://"):
            self.mount(scheme, WholeAnswers())

    def request(self, *arguments: Any, **named: Any) -> requests.Response:
        """Send a request.

        :raises requests.RequestException: when nobody waits any longer, and nothing was sent; the
            SDK does not try again.
        """
        with patience.a_wait(TIMEOUT_SECONDS, kept=KEPT_SECONDS) as seconds:
            if seconds <= 0:
                raise requests.RequestException("Nobody waits any longer.")
            return super().request(*arguments, **named | {"timeout": Timeout(total=seconds)})


class WholeAnswers(HTTPAdapter):
    """Has an answer's last byte come in time; by itself each byte would have that long."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Open connections of our own kinds."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Answer(HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = io.BufferedReader(_Incoming(sock, self.fp))


class _Incoming(io.RawIOBase):
    """The bytes of one answer, all of which come within the socket's time."""

    def __init__(self, sock: socket.socket, inner: io.BufferedReader) -> None:
        super().__init__()
        self.sock, self.inner = sock, inner
        self.until = time.monotonic() + (sock.gettimeout() or TIMEOUT_SECONDS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if (rest := self.until - time.monotonic()) <= 0:
            raise TimeoutError("Stripe answers too slowly.")
        self.sock.settimeout(rest)
        return self.inner.raw.readinto(buffer) or 0

    def close(self) -> None:
        super().close()
        self.inner.close()


class _Line(HTTPConnection):
    response_class = _Answer


class _SecureLine(HTTPSConnection):
    response_class = _Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Line


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureLine


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


class Breaker:
    """Has nobody wait for a Stripe that hangs, once somebody has.

    Those who want to pay would take all places of the site from those who only read. It is the
    process's: all its threads ask one Stripe. Tasks ask on, and nobody waits for them.
    """

    def __init__(self) -> None:
        self.back_at = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch how long a call takes to fail.

        :raises Unavailable: while nobody is to wait.
        """
        began = time.monotonic()
        if began < self.back_at and patience.has_an_end():
            raise Unavailable("left_alone", "Stripe hung a moment ago.")
        try:
            yield
        except Unavailable:
            if (failed_at := time.monotonic()) > began + HANGS:
                self.back_at = failed_at + LEFT_ALONE
            raise


breaker = Breaker()


@contextmanager
def our_errors() -> Iterator[None]:
    """Say Stripe's refusals in our words, as `_in_our_words`, and count them."""
    try:
        with breaker.watched(), _in_our_words():
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
