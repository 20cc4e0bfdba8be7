"""Experts' accounts by Stripe's v1 API, for a platform that has not been moved to v2."""

from collections.abc import Mapping
from typing import Any

from contracts.gateway.accounts import AnyAccounts
from contracts.gateway.connection import our_errors
from contracts.gateway.protocol import Account


class AccountsV1(AnyAccounts):
    """Opens accounts whose controller says what a v2 recipient says."""

    def open_account(
        self, *, expert_id: str, email: str, name: str, country: str, currency: str, key: str
    ) -> Account:
        """Open an account that receives transfers; we answer for its fees and losses."""
        with our_errors():
            found = self._client.v1.accounts.create(
                {
                    "email": email,
                    "country": country.upper(),
                    "default_currency": currency,
                    "business_profile": {"name": name},
                    "controller": {
                        "fees": {"payer": "application"},
                        "losses": {"payments": "application"},
                        "stripe_dashboard": {"type": "express"},
                    },
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {"expert_id": expert_id},
                },
                {"idempotency_key": key},
            )
        return _account(found.to_dict())

    def onboarding_link(
        self, account_id: str, *, return_url: str, refresh_url: str, key: str
    ) -> str:
        """Mint a link; a used one brings the person back to us, to ask for another."""
        with our_errors():
            link = self._client.v1.account_links.create(
                {
                    "account": account_id,
                    "type": "account_onboarding",
                    "refresh_url": refresh_url,
                    "return_url": return_url,
                    "collection_options": {"fields": "eventually_due"},
                },
                {"idempotency_key": key},
            )
        return str(link.url)

    def _seen(self, account_id: str) -> Account:
        with our_errors():
            found = self._client.v1.accounts.retrieve(account_id)
        return _account(found.to_dict())


def _account(raw: Mapping[str, Any]) -> Account:
    requirements = raw.get("requirements") or {}
    is_closed = bool(raw.get("deleted"))
    return Account(
        id=raw["id"],
        country=(raw.get("country") or "").upper(),
        can_receive=(raw.get("capabilities") or {}).get("transfers") == "active" and not is_closed,
        requirements_due=[*(requirements.get("currently_due") or [])],
        is_closed=is_closed,
        is_rejected=str(requirements.get("disabled_reason") or "").startswith("rejected."),
    )
