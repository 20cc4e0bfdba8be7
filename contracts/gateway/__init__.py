"""The payment provider as the domain sees it: `provider()` speaks to the one in the settings."""

from functools import cache

from django.conf import settings

from contracts.gateway.protocol import (
    Account,
    Charge,
    Checkout,
    Declined,
    Forged,
    Gateway,
    GatewayError,
    Intent,
    Notice,
    Rejected,
    Session,
    Transfer,
    Unavailable,
    group_of,
)
from contracts.gateway.stripe import StripeGateway

__all__ = [
    "Account",
    "Charge",
    "Checkout",
    "Declined",
    "Forged",
    "Gateway",
    "GatewayError",
    "Intent",
    "Notice",
    "Rejected",
    "Session",
    "Transfer",
    "Unavailable",
    "group_of",
    "provider",
]


def provider() -> Gateway:
    """Return the gateway; one client per process and address, safe to share between threads."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@cache
def _client(secret_key: str, address: str) -> Gateway:
    return StripeGateway(secret_key, address)
