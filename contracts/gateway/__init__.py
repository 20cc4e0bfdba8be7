"""The payment provider as the domain sees it: `provider()` speaks to the one in the settings."""

from functools import cache

from django.conf import settings

from contracts.gateway.protocol import (
    Account,
    Balance,
    Charge,
    Chargeback,
    Checkout,
    Declined,
    Forged,
    Gateway,
    GatewayError,
    Intent,
    KeyRefused,
    Movement,
    Notice,
    Overtaken,
    Params,
    Payout,
    Refund,
    Rejected,
    Reversal,
    Session,
    Transfer,
    Unavailable,
    group_of,
)
from contracts.gateway.stripe import GATEWAYS

__all__ = [
    "Account",
    "Balance",
    "Charge",
    "Chargeback",
    "Checkout",
    "Declined",
    "Forged",
    "Gateway",
    "GatewayError",
    "Intent",
    "KeyRefused",
    "Movement",
    "Notice",
    "Overtaken",
    "Params",
    "Payout",
    "Refund",
    "Rejected",
    "Reversal",
    "Session",
    "Transfer",
    "Unavailable",
    "group_of",
    "provider",
]


def provider() -> Gateway:
    """Return the gateway; one client per process and address, safe to share between threads."""
    return _client(
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_ACCOUNTS_API
    )


@cache
def _client(secret_key: str, address: str, accounts_api: str) -> Gateway:
    return GATEWAYS[accounts_api](secret_key, address)
